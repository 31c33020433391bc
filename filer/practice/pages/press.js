// A form without a button element: its div[role=button] and Enter in a field post it.
(function () {
  "use strict";
  document.querySelectorAll("main form").forEach(function (form) {
    var button = form.querySelector("[role=button]");
    if (!button) { return; }
    button.addEventListener("click", function () { form.submit(); });
    form.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || (event.key === " " && event.target === button)) {
        event.preventDefault();
        form.submit();
      }
    });
  });
})();
