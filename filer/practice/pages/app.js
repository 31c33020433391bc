// The app shell: one page, the form in a dialog, fields that hold what the state says, JSON posts.
(function () {
  var told = JSON.parse(document.getElementById("practice-data").textContent);
  var words = told.words;
  var layer = document.getElementById("practice-layer");
  var state = { email: told.prefilled, reason: "", email_confirm: "", code: "", about: "", busy: false };
  var drawn = [];
  var ids = 2;

  function nextId() { ids += 1; return "_r_" + ids.toString(32) + "_"; }

  function make(tag, attributes, children) {
    var node = document.createElement(tag);
    for (var name in attributes) { node.setAttribute(name, attributes[name]); }
    (children || []).forEach(function (child) { node.append(child); });
    return node;
  }

  function pressable(name, act, look) {
    var node = make("div", { role: "button", tabindex: "0", "aria-label": name, "class": look || "wide" },
      [make("span", {}, [name])]);
    node.addEventListener("click", act);
    node.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(); }
    });
    return node;
  }

  // A value set from outside, without the events of typing, is undone at the next drawing.
  function draw() {
    drawn = drawn.filter(function (pair) { return pair.node.isConnected; });
    drawn.forEach(function (pair) {
      if (pair.node.value !== state[pair.key]) { pair.node.value = state[pair.key]; }
    });
  }

  function controlled(key, node) {
    node.value = state[key];
    node.addEventListener("input", function () { state[key] = node.value; draw(); });
    drawn.push({ key: key, node: node });
    return node;
  }

  function close() { layer.replaceChildren(); }

  function panel(title, parts) {
    close();
    var name = nextId();
    var heading = make("h2", { id: name }, [title]);
    var top = make("header", {}, [heading, pressable("✕", close, "shut second")]);
    top.lastChild.setAttribute("aria-label", words.close);
    var box = make("div", { role: "dialog", "aria-labelledby": name, "class": "panel" }, [top].concat(parts));
    layer.append(make("div", { "class": "layer" }, [box]));
    return box;
  }

  function graphql(address, friendly, doc, input, then, failed) {
    var body = new URLSearchParams({
      av: told.bookkeeping.__user, __user: told.bookkeeping.__user, __a: "1", __comet_req: "15",
      fb_dtsg: told.lsd, lsd: told.lsd,
      fb_api_caller_class: "RelayModern", fb_api_req_friendly_name: friendly,
      variables: JSON.stringify({ input: input }), server_timestamps: "true", doc_id: doc
    });
    fetch(address, { method: "POST", body: body, headers: { "x-fb-friendly-name": friendly, "x-fb-lsd": told.lsd } })
      .then(function (answer) { return answer.json(); })
      .then(function (answer) { then(answer.data.contact_form_submit); })
      .catch(failed);
  }

  function alertBox(text, outcome) {
    var box = make("div", { role: "alert", "class": "error" }, [text]);
    if (outcome) { box.setAttribute("data-practice-outcome", outcome); }
    return box;
  }

  function thanks(answer) {
    var section = make("section", { role: "status" }, []);
    if (answer.title) { section.append(make("h2", {}, [answer.title])); }
    section.append(make("p", {}, [answer.text]));
    if (answer.outcome) {
      section.setAttribute("data-practice-outcome", answer.outcome);
      section.className = "good";
    }
    return section;
  }

  function show(answer, place) {
    var main = document.getElementById("practice-place");
    if (answer.kind === "code") { askCode(answer); return; }
    if (answer.kind === "dialog") { panel(answer.title, [thanks({ text: answer.text, outcome: answer.outcome })]); return; }
    if (answer.kind === "page") {
      close();
      history.pushState(null, "", answer.address);
      main.replaceChildren(thanks(answer));
      return;
    }
    if (answer.kind === "passing") {
      close();
      var toast = make("div", { "class": "toast", role: "status" }, [answer.title + ". " + answer.text]);
      toast.setAttribute("data-practice-outcome", answer.outcome);
      document.body.append(toast);
      setTimeout(function () { location.assign(answer.address); }, 900);
      return;
    }
    place.replaceChildren(alertBox(answer.text, answer.outcome));
  }

  function askCode(answer) {
    var id = nextId();
    var field = controlled("code", make("input", { type: "text", id: id, autocomplete: "off" }));
    var wrong = make("div", {});
    var mail = make("p", { "class": "mailbox" }, [answer.mail + " ", make("strong", { "data-practice-mail": "" }, [answer.code])]);
    panel(answer.title, [
      make("p", {}, [answer.text]), mail,
      make("div", { "class": "row" }, [make("label", { "for": id }, [answer.label]), field]), wrong,
      pressable(answer.confirm, function () {
        graphql(told.codeAddress, "useContactFormCodeMutation", "9417750381622841",
          { code: state.code, client_mutation_id: "2" },
          function (next) {
            if (next.kind === "wrong") { wrong.replaceChildren(alertBox(next.text, "")); return; }
            show(next, wrong);
          },
          function () { wrong.replaceChildren(alertBox(told.noConnection, "")); });
      })
    ]);
  }

  function askForm() {
    var answer = make("div", {});
    var email = controlled("email", make("input", {
      type: "email", id: nextId(), "aria-label": words.email, autocomplete: "off", "aria-required": "true"
    }));
    var name = nextId();
    var reason = controlled("reason", make("textarea", { id: nextId(), "aria-labelledby": name }));
    if (told.limit) { reason.setAttribute("maxlength", told.limit); }
    var parts = [
      make("p", {}, [words.intro]), answer,
      make("div", { "class": "row" }, [make("span", { "class": "name", "aria-hidden": "true" }, [words.email + " *"]), email])
    ];
    if (told.honeypot) {
      var trap = controlled("email_confirm", make("input", {
        type: "email", "aria-label": words.trap, tabindex: "-1", autocomplete: "off"
      }));
      parts.push(make("div", { "class": "away", "aria-hidden": "true" }, [trap]));
    }
    var row = make("div", { "class": "row" }, [make("span", { "class": "name", id: name }, [words.reason])]);
    if (words.optional) { row.append(make("p", { "class": "hint" }, [words.optional])); }
    row.append(reason);
    parts.push(row);
    var send = pressable(words.send, function () {
      if (state.busy) { return; }
      busy(true);
      answer.replaceChildren();
      graphql(told.sendAddress, "useContactFormSubmitMutation", "23987654321098765", {
        actor_id: told.bookkeeping.__user, client_mutation_id: "1", form_id: told.formId,
        fields: [
          { field_id: "email", value: state.email },
          { field_id: "explanation", value: state.reason }
        ],
        email_confirm: state.email_confirm
      }, function (next) { busy(false); show(next, answer); }, function () {
        busy(false);
        answer.replaceChildren(alertBox(told.noConnection, ""));
      });
    });
    function busy(now) { state.busy = now; send.setAttribute("aria-disabled", String(now)); }
    parts.push(send);
    panel(words.title, parts);
  }

  function askAbout() {
    var group = nextId();
    var other = make("p", { "class": "hint" });
    function choice(value, text) {
      var radio = make("input", { type: "radio", name: group, value: value, id: nextId() });
      radio.addEventListener("change", function () { state.about = value; });
      return make("p", {}, [make("label", { "for": radio.id }, [radio, " " + text])]);
    }
    var heading = nextId();
    panel(words.title, [
      make("p", { id: heading }, [words.question.text]),
      make("div", { role: "radiogroup", "aria-labelledby": heading },
        [choice("yes", words.question.yes), choice("no", words.question.no)]),
      other,
      pressable(words.question["continue"], function () {
        if (state.about === "yes") { askForm(); }
        if (state.about === "no") { other.textContent = words.question.other; }
      })
    ]);
  }

  setTimeout(told.question ? askAbout : askForm, told.slow ? 3000 : 120);
  setInterval(draw, 200);

  if (told.expires) {
    var expired = false;
    var expire = function () {
      if (expired) { return; }
      expired = true;
      fetch("/ajax/keepalive/").catch(function () { return null; }).then(function () {
        panel(told.expires.text, [make("a", { href: told.expires.address, role: "button", "class": "wide", "data-practice-continue": "" }, [told.expires.again])]);
      });
    };
    // At the first letter, so that it cannot be over before; else after a while.
    document.addEventListener("input", function () { setTimeout(expire, 100); });
    setTimeout(expire, 1500);
  }
})();
