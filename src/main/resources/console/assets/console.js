// Shows times in the reader's zone; without this script they are read in UTC.
"use strict";
(function () {
  const local = new Intl.DateTimeFormat(undefined, {
    year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  function localize() {
    document.querySelectorAll("time[datetime]").forEach(function (element) {
      const moment = new Date(element.getAttribute("datetime"));
      if (!element.title && !isNaN(moment)) {
        element.title = element.textContent;
        element.textContent = local.format(moment);
      }
    });
  }
  localize();
  document.addEventListener("htmx:afterSettle", localize);
})();
