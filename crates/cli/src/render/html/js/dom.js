// Elements from words. Text is only ever set as text, so nothing in it can become markup.

/** An element with attributes and children; strings become text. */
function make(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
function makeSvg(name, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A small label. */
function chip(text, kind, title) {
  return make("span", { class: "chip " + (kind || ""), title }, text);
}

/** A number with two decimals and its sign. */
function signed(value) {
  const text = value.toFixed(2);
  return value > 0 ? "+" + text : text.replace("-", "−");
}

function percent(share) {
  return Math.round(share * 100) + " %";
}

/** The class of a model's colour. */
function series(model) {
  return "s" + (model % 6);
}
