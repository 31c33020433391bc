// The older help form on a wide screen: the script posts urlencoded fields and shows the answer.
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("practice-data").textContent);
  var answer = document.getElementById("practice-answer");
  var requests = 0;
  // Whether the form may show: at once, or after the question about the request.
  var about = !document.getElementById("practice-on");

  function element(tag, attributes, text) {
    var made = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    if (text) { made.textContent = text; }
    return made;
  }

  function told(title, text, outcome, role) {
    var box = element("section", { role: role, "class": outcome === "confirmed" ? "good" : "error" });
    if (outcome) { box.setAttribute("data-practice-outcome", outcome); }
    if (title) { box.append(element("h2", {}, title)); }
    if (text) { box.append(element("p", {}, text)); }
    return box;
  }

  function overlay(content, label) {
    var veil = element("div", { "class": "veil" });
    var box = element("div", { "class": "box", role: "dialog", "aria-modal": "true", "aria-label": label });
    box.append(content);
    veil.append(box);
    document.body.append(veil);
    return veil;
  }

  function post(address, fields, then, failed) {
    requests += 1;
    // A form with a file goes as it is; the others are written as an address is.
    var whole = fields instanceof FormData && data.files;
    var body = whole ? fields : new URLSearchParams(fields);
    Object.keys(data.bookkeeping).forEach(function (name) { body.append(name, data.bookkeeping[name]); });
    body.append("__req", requests.toString(36));
    var call = new XMLHttpRequest();
    call.open("POST", address);
    if (!whole) { call.setRequestHeader("Content-Type", "application/x-www-form-urlencoded"); }
    call.setRequestHeader("x-fb-lsd", data.lsd);
    call.onload = function () { then(JSON.parse(call.responseText.replace("for (;;);", "")).payload); };
    call.onerror = failed;
    call.send(whole ? body : body.toString());
  }

  function askCode(payload) {
    var part = element("form", {});
    part.append(element("h2", {}, payload.title), element("p", {}, payload.text));
    var mail = element("p", { "class": "mailbox" }, payload.mail + " ");
    mail.append(element("strong", { "data-practice-mail": "" }, payload.code));
    var row = element("div", { "class": "row" });
    row.append(element("label", { "for": "u_0_9c" }, payload.label));
    var field = element("input", { id: "u_0_9c", name: "code", type: "text", autocomplete: "off" });
    row.append(field);
    var wrong = element("p", { "class": "hint", role: "alert" });
    part.append(mail, row, wrong, element("button", { type: "submit" }, payload.confirm));
    var veil = overlay(part, payload.title);
    part.addEventListener("submit", function (event) {
      event.preventDefault();
      post(data.codeAddress, { code: field.value, lsd: data.lsd }, function (next) {
        if (next.kind === "wrong") { wrong.textContent = next.text; return; }
        veil.remove();
        show(next);
      }, function () { wrong.textContent = data.noConnection; });
    });
  }

  function show(payload) {
    if (payload.kind === "page") { location.assign(payload.address); return; }
    if (payload.kind === "code") { askCode(payload); return; }
    if (payload.kind === "dialog") {
      overlay(told(payload.title, payload.text, payload.outcome, "status"), payload.title);
      return;
    }
    if (payload.kind === "passing") {
      var toast = element("div", { "class": "toast", role: "status" }, payload.title + ". " + payload.text);
      toast.setAttribute("data-practice-outcome", payload.outcome);
      document.body.append(toast);
      setTimeout(function () { location.assign(payload.address); }, 900);
      return;
    }
    answer.replaceChildren(told("", payload.text, payload.outcome, "alert"));
    answer.scrollIntoView();
  }

  function wire(form) {
    form.hidden = !about;
    var button = form.querySelector("button[type=submit]");
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (button.disabled) { return; }
      button.disabled = true;
      answer.replaceChildren();
      post(form.getAttribute("action"), new FormData(form), function (payload) {
        button.disabled = payload.outcome === "confirmed";
        show(payload);
      }, function () {
        button.disabled = false;
        answer.replaceChildren(told("", data.noConnection, "", "alert"));
      });
    });
  }

  var late = document.getElementById("practice-late");
  if (late) {
    setTimeout(function () {
      var form = late.content.querySelector("form");
      document.getElementById("practice-wait").remove();
      late.replaceWith(form);
      wire(form);
    }, 3000);
  } else {
    wire(document.querySelector("form[data-practice-form]"));
  }

  var on = document.getElementById("practice-on");
  if (on) {
    on.addEventListener("click", function () {
      var chosen = document.querySelector("input[name=about_ai]:checked");
      document.getElementById("practice-other").hidden = !chosen || chosen.value !== "no";
      if (chosen && chosen.value === "yes") {
        on.closest("fieldset").remove();
        about = true;
        var form = document.querySelector("form[data-practice-form]");
        if (form) { form.hidden = false; }
      }
    });
  }

  if (data.expires) {
    var expired = false;
    var expire = function () {
      if (expired) { return; }
      expired = true;
      var call = new XMLHttpRequest();
      call.onloadend = function () {
        var place = document.getElementById("practice-place");
        var link = element("a", { href: data.expires.address, role: "button", "data-practice-continue": "" }, data.expires.again);
        place.replaceChildren(element("h1", {}, data.expires.text), link);
      };
      call.open("GET", "/ajax/keepalive/?lsd=" + encodeURIComponent(data.lsd));
      call.send();
    };
    // At the first letter, so that it cannot be over before; else after a while.
    document.addEventListener("input", function () { setTimeout(expire, 100); });
    setTimeout(expire, 1500);
  }
})();
