// What the votes on this page come to.

const Z = 1.96;

/** Share of votes won, half of one for each that has no winner, with Wilson's interval (1927). */
function standings(votes) {
  const rows = new Map();
  const row = (model) => {
    if (!rows.has(model)) rows.set(model, { model, won: 0, even: 0, bad: 0, lost: 0 });
    return rows.get(model);
  };
  for (const { left, right, choice } of votes) {
    const [one, other] = [row(left), row(right)];
    if (choice === "left") { one.won += 1; other.lost += 1; }
    else if (choice === "right") { one.lost += 1; other.won += 1; }
    else [one, other].forEach((side) => { side[choice === "bad" ? "bad" : "even"] += 1; });
  }
  return [...rows.values()].map((one) => {
    const votes = one.won + one.even + one.bad + one.lost;
    const share = (one.won + (one.even + one.bad) / 2) / votes;
    const middle = (share + Z * Z / (2 * votes)) / (1 + Z * Z / votes);
    const reach = Z / (1 + Z * Z / votes) * Math.sqrt(share * (1 - share) / votes + Z * Z / (4 * votes * votes));
    return { ...one, share, low: middle - reach, high: middle + reach };
  }).sort((a, b) => b.share - a.share || a.model.localeCompare(b.model));
}

function drawStandings(votes) {
  const heads = ["Model", "Share won", "95 %", "Won", "Even", "Both bad", "Lost"].map((text) => make("th", { scope: "col" }, text));
  const row = (one) => make("tr", {}, make("th", { scope: "row" }, one.model),
    [percent(one.share), Math.round(one.low * 100) + "–" + Math.round(one.high * 100), one.won, one.even, one.bad, one.lost].map((cell) => make("td", {}, String(cell))));
  return make("details", {}, make("summary", {}, "How the models stand, which may sway further votes"),
    make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "How the models stand" },
      make("table", { class: "plain" }, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, standings(votes).map(row)))));
}
