// Filters the table of rules by area, severity and text. Without scripts the whole table is shown.
document.addEventListener("DOMContentLoaded", () => {
  const table = [...document.querySelectorAll("article table")].find((one) => {
    const heads = [...one.querySelectorAll("th")].map((head) => head.textContent.trim());
    return heads[0] === "rule" && heads[1] === "severity";
  });
  if (!table) return;
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => {
    const name = row.cells[0].textContent.trim();
    const area = name.includes("/") ? name.split("/")[0] : "modelcheck";
    return { row, area, severity: row.cells[1].textContent.trim(), text: row.textContent.toLowerCase() };
  });
  const form = document.createElement("form");
  form.className = "rule-filter";
  form.addEventListener("submit", (event) => event.preventDefault());
  const wanted = new URLSearchParams(location.search);

  const select = (name, values) => {
    const label = form.appendChild(document.createElement("label"));
    label.append(`${name} `);
    const field = label.appendChild(document.createElement("select"));
    field.name = name;
    for (const value of ["", ...values]) field.append(new Option(value || "all", value));
    if (values.includes(wanted.get(name))) field.value = wanted.get(name);
    return field;
  };
  const area = select("area", [...new Set(rows.map((one) => one.area))].sort());
  const severity = select("severity", ["error", "warning", "note"]);
  const label = form.appendChild(document.createElement("label"));
  label.append("text ");
  const text = label.appendChild(document.createElement("input"));
  text.type = "search";
  const count = form.appendChild(document.createElement("output"));

  const show = () => {
    let shown = 0;
    for (const one of rows) {
      const fits =
        (!area.value || one.area === area.value) &&
        (!severity.value || one.severity === severity.value) &&
        one.text.includes(text.value.toLowerCase());
      one.row.hidden = !fits;
      shown += fits;
    }
    count.value = `${shown} of ${rows.length} rules`;
  };
  form.addEventListener("input", show);
  const place = table.closest(".md-typeset__scrollwrap") || table;
  place.before(form);
  show();
});
