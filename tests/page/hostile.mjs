// An article that attacks the page from every side: title, text, quotations, names, reference.
// Each payload would set `window.owned` if anything of it ran.

const run = "window.owned=1";
export const payloads = [
  `<script>${run}</script>`,
  `</script><script>${run}</script>`,
  `</SCRIPT ><script>${run}//`,
  `<!--<script>${run}</script>-->`,
  `<!--</script><script>${run}</script>`,
  `<img src=x onerror=${run}>`,
  `<img src=x onerror="${run}">`,
  `"><img src=x onerror=${run}>`,
  `'><img src=x onerror=${run}>`,
  `<svg onload=${run}>`,
  `<svg><script>${run}</script></svg>`,
  `<svg><animate onbegin=${run} attributeName=x dur=1s>`,
  `<body onload=${run}>`,
  `<iframe srcdoc="<script>parent.owned=1</script>"></iframe>`,
  `<iframe src="javascript:parent.owned=1"></iframe>`,
  `<object data="javascript:${run}"></object>`,
  `<embed src="javascript:${run}">`,
  `<a href="javascript:${run}">click</a>`,
  `[click](javascript:${run})`,
  `<form action="javascript:${run}"><input type=submit></form>`,
  `<button formaction="javascript:${run}">go</button>`,
  `<input autofocus onfocus=${run}>`,
  `<details open ontoggle=${run}>`,
  `<video><source onerror="${run}"></video>`,
  `<audio src=x onerror=${run}>`,
  `<link rel=stylesheet href="data:text/css,*{display:none}">`,
  `<style>@import "https://example.invalid/x.css";</style>`,
  `<style>*{display:none !important}</style>`,
  `<meta http-equiv="refresh" content="0;url=javascript:${run}">`,
  `<base href="https://example.invalid/">`,
  `<math><mtext></mtext><script>${run}</script></math>`,
  `<template><script>${run}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${run}>">`,
  `<textarea></textarea><script>${run}</script>`,
  `<title></title><script>${run}</script>`,
  `{{ 7 * 7 }} {% raw %} \${${run}} <%= ${run} %>`,
  `\\u003cscript\\u003e${run}\\u003c/script\\u003e`,
  `&lt;script&gt;${run}&lt;/script&gt;`,
  `\u2028${run}\u2029//`,
  `javascript:/*--></title></style></textarea></script><svg/onload=${run}>`,
  `';${run}//";${run}//`,
  `<xss style="animation-name:x" onanimationstart=${run}></xss>`,
  `<!--ARTICLES--><script>${run}</script>`,
];

const told = payloads.map((payload, i) => `Witness number ${i} said ${payload} to the court in Velden on Monday.`);

export const article = {
  id: `hostile${payloads[1]}`,
  title: `The court heard ${payloads[0]} ${payloads[7]} and adjourned`,
  text: `The court in Velden heard forty witnesses on Monday. ${told.join(" ")} The judge adjourned.`,
  reference: `A witness said ${payloads[1]}\nThe judge adjourned ${payloads[5]}.`,
};

/** A saved run of which every field attacks. */
export const saved = JSON.stringify({
  schema: "standfirst/1", id: article.id, source: payloads[1], title: article.title, language: "en", text: article.text,
  notes: [payloads[5]], extra: { reference: article.reference }, cuts: [],
  abstracts: [payloads[0], payloads[9]].map((model) => ({
    model, text: told[0], notes: [payloads[6]], unread: [], millis: 1, error: null,
    sentences: [{
      text: told[1], verdict: "unsupported", support: 0.1, evidence: [{ start: 0, end: 20 }], flags: ["name"],
      findings: [{ kind: "name", summary: { start: 0, end: 60 }, article: { start: 4, end: 9 }, expected: payloads[7] }],
    }],
  })),
  sentiment: [{
    model: payloads[2], label: "neutral", score: 0, confidence: null, sentences: [], millis: 1, error: null,
    targets: [{ name: payloads[5], label: "neutral", score: 0, mentions: [{ start: 0, end: 3 }], by: [{ voice: payloads[6], score: 0.5 }] }],
  }],
  error: null,
});
