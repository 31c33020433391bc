// The choice before the other fields: they show once it is made, on the same page.
(function () {
  "use strict";
  document.querySelectorAll("input[name=request]").forEach(function (radio) {
    radio.addEventListener("change", function () {
      document.getElementById("practice-rows").hidden = radio.value !== "object";
      document.getElementById("practice-other").hidden = radio.value === "object";
    });
  });
})();
