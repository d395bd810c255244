// Times, days and amounts as the reader is used to; lists that refresh themselves; a few keys. All works without this script too.
"use strict";
(function () {
  const moment = new Intl.DateTimeFormat(undefined, {
    year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  const day = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
  const money = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

  function each(selector, act) {
    document.querySelectorAll(selector).forEach(act);
  }

  // The text that the server wrote stays as the title, so that a second pass changes nothing.
  function say(element, text) {
    if (!element.title) {
      element.title = element.textContent;
      element.textContent = text;
    }
  }

  function localize() {
    each("time[datetime]", function (element) {
      const at = new Date(element.getAttribute("datetime"));
      if (!isNaN(at)) {
        say(element, (element.classList.contains("day") ? day : moment).format(at));
      }
    });
    each("data.money", function (element) {
      // As text: a number of the browser would round a large amount.
      say(element, money.format(element.value));
    });
    each("button[data-copy]", function (button) {
      button.hidden = !navigator.clipboard;
    });
  }

  function typedInto(element) {
    return element.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")
      || Array.from(element.querySelectorAll("input")).some(function (input) {
        return input.type === "checkbox" ? input.checked !== input.defaultChecked
          : input.type !== "hidden" && input.value !== input.defaultValue;
      });
  }

  // A list is asked for again while it is looked at, but never under someone's hands.
  function refresh() {
    const list = document.querySelector("[data-fresh]");
    if (list && !document.hidden && !typedInto(list)) {
      htmx.ajax("GET", location.href, { target: "[data-fresh]", select: "[data-fresh]", swap: "outerHTML" });
    }
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.id === "status" && typedInto(event.detail.elt)) {
      event.preventDefault();
    }
  });

  document.addEventListener("click", function (event) {
    const copy = event.target.closest("button[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).textContent).then(function () {
        copy.textContent = "Copied";
      });
    }
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-all]")) {
      each("input[name=id]", function (box) {
        box.checked = event.target.checked;
      });
    }
  });

  // j and k move through a list, x ticks, Enter opens, / searches.
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), select, textarea")) {
      return;
    }
    const links = Array.from(document.querySelectorAll("[data-fresh] li h2 a, [data-fresh] tbody td a:first-child"));
    const at = links.findIndex(function (link) {
      const row = link.closest("li, tr");
      return row.contains(document.activeElement);
    });
    if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    } else if (event.key === "j" && at + 1 < links.length) {
      links[at + 1].focus();
    } else if (event.key === "k" && at > 0) {
      links[at - 1].focus();
    } else if (event.key === "x" && at >= 0) {
      const box = links[at].closest("li, tr").querySelector("input[name=id]");
      if (box) {
        box.checked = !box.checked;
      }
    }
  });

  localize();
  document.addEventListener("htmx:afterSettle", localize);
  document.addEventListener("htmx:load", localize);
  setInterval(refresh, 15000);
  document.addEventListener("visibilitychange", refresh);
})();

// Uploads a lookup file: first the verdict on every line, then, if the person wants it, the file itself.
(function () {
  const form = document.getElementById("upload");
  if (!form) {
    return;
  }
  const verdict = document.getElementById("verdict");
  function add(parent, tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  }
  function send(file, dryRun) {
    return fetch("/api/commitments/files?dryRun=" + dryRun + "&name=" + encodeURIComponent(file.name.slice(-200)), {
      method: "POST", body: file, headers: {"Content-Type": "text/csv", "X-CSRF-Token": form.dataset.csrf},
    }).then(function (answer) {
      return answer.json().then(function (json) {
        if (!answer.ok) {
          throw new Error(json.detail);
        }
        return json;
      });
    });
  }
  function show(file, json) {
    verdict.replaceChildren();
    add(verdict, "p", json.taken + " bills get a commitment, " + json.leftWaiting + " are left waiting, " + json.refused.length
      + " lines are refused.");
    const list = add(verdict, "ul", "");
    json.refused.forEach(function (line) {
      add(list, "li", "Line " + line.line + " is refused: " + line.reason).className = "refused";
    });
    json.lines.forEach(function (line) {
      add(list, "li", "Line " + line.line + ": bill " + line.billTxnId + " goes to " + line.commitment);
    });
    if (json.taken > 0) {
      const apply = add(verdict, "button", "Assign these " + json.taken + " bills");
      apply.type = "button";
      apply.addEventListener("click", function () {
        apply.disabled = true;
        send(file, false).then(function () {
          window.location.reload();
        }).catch(failed);
      });
    }
  }
  function failed(error) {
    verdict.replaceChildren();
    add(verdict, "p", "The file was not taken: " + error.message).className = "trouble";
  }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    const file = document.getElementById("upload-file").files[0];
    send(file, true).then(function (json) {
      show(file, json);
    }).catch(failed);
  });
})();
