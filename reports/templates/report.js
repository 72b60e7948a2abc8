// The filter and the list of all cases. What failed stands in the page without this script.
"use strict";
(() => {
  const mostOpened = 200;  // rows, up to which scenarios that match are opened
  const mostRows = 500;    // of one scenario, shown at once
  const outcomes = ["no-verdict", "pass", "fail", "observe", "unsupported", "blocked", "crash", "harness-error"];
  const words = document.getElementById("words");
  const form = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const list = document.getElementById("list");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];

  // One scenario is [id, title, section, level, requirements, rows], a row [rest of the id, outcome, expected,
  // milliseconds, note, number of its section above or -1].
  const scenarios = JSON.parse(document.getElementById("cases").textContent).map(
    ([id, title, section, level, requirements, rows]) => ({
      id, title, section, level, requirements,
      rows: rows.map(([rest, outcome, expected, milliseconds, note, article]) => ({
        id: id + rest, outcome: outcomes[outcome], expected: expected === 1, milliseconds, note, article,
        text: [id + rest, title, section, level, requirements, note].join(" ").toLowerCase(),
      })),
    }));
  const total = scenarios.reduce((sum, scenario) => sum + scenario.rows.length, 0);

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const tag = (kind, text) => element("span", {className: "tag " + kind}, text);

  function rowElement(row) {
    const id = element("span", {className: "id"}, row.id);
    const link = row.article < 0 ? id : element("a", {href: "#case-" + row.article}, id);
    const item = element("li", {}, tag(row.outcome, row.outcome), " ");
    if (!row.expected) item.append(tag("unexpected", "unexpected"), " ");
    item.append(link, element("span", {className: "note"}, `  ${row.milliseconds} ms`));
    if (row.note !== "") item.append(element("div", {className: "note"}, row.note));
    return item;
  }

  // Rows come into the page when somebody opens their scenario.
  function fill(details, rows) {
    const ul = details.querySelector("ul");
    const from = ul.childElementCount;
    ul.append(...rows.slice(from, from + mostRows).map(rowElement));
    const left = rows.length - ul.childElementCount;
    if (left <= 0) return;
    const more = element("button", {type: "button"}, `${left} more`);
    more.addEventListener("click", () => { more.remove(); fill(details, rows); });
    details.append(more);
  }

  function scenarioElement(scenario, rows, open) {
    const counts = new Map();
    for (const row of rows) counts.set(row.outcome, (counts.get(row.outcome) ?? 0) + 1);
    const summary = element("summary", {}, element("span", {className: "id"}, scenario.id), " ");
    for (const [outcome, count] of counts) summary.append(tag(outcome, `${count} ${outcome}`), " ");
    const unexpected = rows.filter(row => !row.expected).length;
    if (unexpected > 0) summary.append(tag("unexpected", `${unexpected} unexpected`));
    const section = scenario.section === "" ? "" : `, [MS-SMB2] ${scenario.section}`;
    const about = [`${scenario.level}${section}`, scenario.requirements, scenario.title];
    const details = element("details", {}, summary,
      element("p", {className: "about"}, about.filter(text => text !== "").join(" · ")),
      element("ul", {className: "plain"}));
    const fillOnce = () => { if (details.querySelector("li") === null) fill(details, rows); };
    details.addEventListener("toggle", fillOnce);
    if (open) { fillOnce(); details.open = true; }
    return details;
  }

  function filter() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(word => word !== "");
    const checked = new Set(boxes.filter(box => box.checked).map(box => box.value));
    const onlyUnexpected = checked.delete("unexpected");
    const matches = row => (checked.size === 0 || checked.has(row.outcome)) &&
      (!onlyUnexpected || !row.expected) && wanted.every(word => row.text.includes(word));

    const found = scenarios.map(scenario => [scenario, scenario.rows.filter(matches)])
      .filter(([, rows]) => rows.length > 0);
    const count = found.reduce((sum, [, rows]) => sum + rows.length, 0);
    const filtered = wanted.length > 0 || checked.size > 0 || onlyUnexpected;
    list.replaceChildren(...found.map(
      ([scenario, rows]) => scenarioElement(scenario, rows, filtered && count <= mostOpened)));
    if (count === 0) list.append(element("p", {}, "No case matches."));
    const articles = new Set(found.flatMap(([, rows]) => rows.map(row => row.article)));
    for (const article of document.querySelectorAll("article")) {
      article.hidden = !articles.has(Number(article.id.slice("case-".length)));
    }
    // What tells of the whole run would stand between somebody who filters and what is found.
    for (const section of document.querySelectorAll("main > section")) {
      const found = section.id === "all" || section.querySelector("article:not([hidden])") !== null;
      section.hidden = filtered && !found;
    }
    shown.textContent = filtered ? `${count} of ${total} cases` : `${total} cases`;
  }

  // The filter stands in the address, so that it can be sent to somebody: #filter=words&outcome=fail,unexpected
  function readAddress() {
    const fragment = location.hash.slice(1);
    if (fragment !== "" && !fragment.includes("=")) return false;
    const given = new URLSearchParams(fragment);
    words.value = given.get("filter") ?? "";
    const wanted = (given.get("outcome") ?? "").split(",");
    for (const box of boxes) box.checked = wanted.includes(box.value);
    return true;
  }
  function writeAddress() {
    const told = new URLSearchParams();
    const checked = boxes.filter(box => box.checked).map(box => box.value);
    if (words.value.trim() !== "") told.set("filter", words.value.trim());
    if (checked.length > 0) told.set("outcome", checked.join(","));
    history.replaceState(null, "", "#" + told);
  }

  let pending = 0;
  form.addEventListener("input", () => {
    clearTimeout(pending);
    pending = setTimeout(() => { filter(); writeAddress(); }, 120);
  });
  form.addEventListener("submit", event => event.preventDefault());
  window.addEventListener("hashchange", () => { if (readAddress()) filter(); });
  for (const cell of document.querySelectorAll("[data-filter]")) {
    const link = element("a", {href: "#" + new URLSearchParams({filter: cell.dataset.filter})});
    link.append(...cell.childNodes);
    cell.append(link);
  }
  for (const command of document.querySelectorAll(".command")) {
    if (!navigator.clipboard) break;
    const button = element("button", {type: "button"}, "Copy");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(command.querySelector("code").textContent);
      button.textContent = "Copied";
    });
    command.append(button);
  }
  form.hidden = false;
  readAddress();
  filter();
})();
