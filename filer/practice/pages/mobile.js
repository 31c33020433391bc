// The older mobile page posts without a script; this only lets a slow form in and a session expire.
(function () {
  var told = JSON.parse(document.getElementById("practice-data").textContent);
  var late = document.getElementById("practice-late");
  if (late) {
    setTimeout(function () {
      document.getElementById("practice-wait").remove();
      late.replaceWith(late.content);
    }, 3000);
  }
  if (told.expires) {
    var expired = false;
    var expire = function () {
      if (expired) { return; }
      expired = true;
      fetch("/ajax/keepalive/").catch(function () { return null; }).then(function () {
        var link = document.createElement("a");
        link.href = told.expires.address;
        link.setAttribute("role", "button");
        link.setAttribute("data-practice-continue", "");
        link.textContent = told.expires.again;
        var title = document.createElement("h3");
        title.textContent = told.expires.text;
        document.getElementById("root").replaceChildren(title, link);
      });
    };
    // At the first letter, so that it cannot be over before; else after a while.
    document.addEventListener("input", function () { setTimeout(expire, 100); });
    setTimeout(expire, 1500);
  }
})();
