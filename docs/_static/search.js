// The search page: MiniSearch over the sections in searchdata.js. Nothing is fetched, so it works from disk.
"use strict";

(() => {
  const SHOWN = 30;
  const AROUND = 90; // characters of an excerpt before and after its first hit
  const LONG = 160; // of a query longer than this, only the exception and its message are used
  const LONGEST = 20000; // characters of a pasted text in which a known message is looked for
  const MANY = 8; // more words than this, with what only a message has, are taken for a pasted one
  const SIGNS = /[=:;()[\]{}<>'"`\u2022]|\b\w+(Error|Exception|Warning)\b/;
  const QUOTED = /[=[\]{}<>`\u2022]|\w'\s|\s'\w|:\s|\b\w+(Error|Exception|Warning)\b/; // no apostrophe, no parenthesis
  const PART = 16; // letters of a message that a query must hold, or be, to be taken for a part of it
  const BEHIND = 0.2; // what the error pages weigh where nothing was pasted: they quote all words there are
  const PIECE = 0.5; // what a word of an identifier weighs beside the whole of it
  const IDENTIFIER = /[\p{L}\p{N}_]+/gu;

  const { same, processTerm, telling, spellings } = window.UNROLLED_WORDS;

  const box = document.getElementById("search-box");
  const list = document.getElementById("search-results");
  const status = document.getElementById("search-status");

  // "return_sequences" is found whole and by each of its words.
  const tokenize = (text) => {
    const tokens = [];
    for (const word of same(text).match(IDENTIFIER) || []) {
      tokens.push(word);
      if (word.includes("_")) tokens.push(...word.split("_").filter(Boolean));
    }
    return tokens;
  };

  const index = new window.MiniSearch({
    fields: ["title", "name", "page", "asked", "text", "code"],
    extractField: (entry, field) => (Array.isArray(entry[field]) ? entry[field].join(" ") : entry[field]),
    tokenize,
    processTerm,
  });
  const entries = new Map(window.UNROLLED_SEARCH.map((entry) => [entry.id, entry]));
  index.addAll(window.UNROLLED_SEARCH);

  // The table that Python writes of what unrolled.explain knows: how a pasted text is cleaned, and for each wording of
  // a message its page, its pattern, and a part of it without which the pattern need not be tried.
  const rewriter = (rules) => {
    const compiled = rules.map(([pattern, word]) => [new RegExp(pattern, "g"), word]);
    return (text) => compiled.reduce((said, [pattern, word]) => said.replace(pattern, word), text).trim();
  };
  const { known } = window.UNROLLED_MESSAGES;
  const plain = rewriter(window.UNROLLED_MESSAGES.plain);
  const bare = rewriter(window.UNROLLED_MESSAGES.bare);
  const matches = (message, text, small) => {
    if (!small.includes(message.needle)) return false;
    message.expression ??= new RegExp(message.pattern, "is");
    return message.expression.test(text);
  };

  const isPart = (term, whole) => whole.includes("_") && whole.split("_").includes(term);

  const options = {
    prefix: (term) => term.length > 2,
    fuzzy: (term) => (term.length > 3 ? 0.2 : false),
    boost: { title: 4, asked: 4, name: 3, page: 2, code: 0.8 },
    boostTerm: (term, place, terms) => (terms.some((whole) => isPart(term, whole)) ? PIECE : 1),
  };
  // A pasted message is compared word for word with what the pages quote and print, not with their titles.
  const pasted = { boost: { title: 0.5, name: 0.2, page: 0.2 } };

  const behind = (id) => (id.startsWith("errors/") || id.startsWith("api/") ? BEHIND : 1);

  // Of a traceback, the exception and its message say most.
  const clean = (raw) => {
    const text = plain(raw);
    if (text.length <= LONG) return text;
    const names = [...text.matchAll(/\b[A-Z]\w*(Error|Exception|Warning)\b/g)];
    const start = names.length ? names[names.length - 1].index : 0;
    return text.slice(start).split(" ").slice(0, 60).join(" ");
  };

  const pagesOf = (found) => [...new Set(found.map((message) => message.id))].slice(0, 3).filter((id) => entries.has(id));

  // How many letters of a message's fixed parts a text holds, or where it is only a piece of one of them, its own.
  const shared = (message, text) => {
    const held = message.parts.filter((part) => text.includes(part)).reduce((sum, part) => sum + part.length, 0);
    const words = text.split(" ").length;
    return held || (words > 2 && message.parts.some((part) => part.includes(text)) ? text.length : 0);
  };

  // The pages of what was pasted: of the wordings that it holds whole, the one that fixes most letters first; where
  // there is none, of those of which it holds a part.
  const recognise = (raw) => {
    const text = plain(raw).slice(0, LONGEST);
    const small = text.toLowerCase();
    const letters = bare(small);
    const named = known.filter((message) => message.heading === letters);
    const whole = known.filter((message) => matches(message, text, small)).sort((a, b) => b.weight - a.weight);
    if (named.length || whole.length) return pagesOf([...named, ...whole]);
    const scored = known.map((message) => ({ id: message.id, score: shared(message, letters) }));
    return pagesOf(scored.filter((message) => message.score >= PART).sort((a, b) => b.score - a.score));
  };

  // What explains the message first, then what the words find.
  const searchAll = (raw, query) => {
    const first = recognise(raw);
    const isPasted = first.length > 0 || (query.split(" ").length > MANY && QUOTED.test(query));
    const rest = query ? search(query, isPasted) : [];
    const words = tokenize(query).slice(0, 40);
    const told = first.map((id) => rest.find((result) => result.id === id) || { id, terms: words });
    return [...told, ...rest.filter((result) => !first.includes(result.id))];
  };

  const isTitle = (id, query) => same(entries.get(id).title).toLowerCase() === same(query).toLowerCase();

  const search = (query, isPasted) => {
    if (isPasted && query.split(" ").length > MANY) return index.search(query, pasted);
    const asked = isPasted || SIGNS.test(query) ? options : { ...options, boostDocument: behind };
    // A section with more of the words comes before one with fewer; words that say nothing are not looked for.
    const found = index.search(query, { ...asked, tokenize: (text) => telling(tokenize(text)) });
    for (const result of found) result.score *= result.queryTerms.length * (isTitle(result.id, query) ? 2 : 1);
    return found.sort((a, b) => b.score - a.score);
  };

  // The terms hold letters, digits and underscores only, so they need no escaping.
  const marker = (terms) => {
    const longest = [...spellings(terms), ...terms].sort((a, b) => b.length - a.length);
    return longest.length ? new RegExp(longest.join("|"), "giu") : null;
  };

  const appendMarked = (parent, text, pattern) => {
    let end = 0;
    for (const hit of pattern ? text.matchAll(pattern) : []) {
      parent.append(text.slice(end, hit.index));
      const mark = document.createElement("mark");
      mark.textContent = hit[0];
      parent.append(mark);
      end = hit.index + hit[0].length;
    }
    parent.append(text.slice(end));
  };

  // The window with the most different hits, not merely the first.
  const excerpt = (text, pattern) => {
    const hits = pattern ? [...text.matchAll(pattern)] : [];
    if (!hits.length) return null;
    let best = hits[0].index;
    let most = 0;
    for (const hit of hits) {
      const near = hits.filter((h) => h.index >= hit.index && h.index < hit.index + 2 * AROUND);
      const kinds = new Set(near.map((h) => h[0].toLowerCase())).size;
      if (kinds > most) [best, most] = [hit.index, kinds];
    }
    const from = best < AROUND ? 0 : text.indexOf(" ", best - AROUND) + 1;
    const stop = text.indexOf(" ", best + 2 * AROUND);
    const to = stop < 0 ? text.length : stop;
    return (from > 0 ? "… " : "") + text.slice(Math.min(from, best), to) + (to < text.length ? " …" : "");
  };

  const item = (result) => {
    const entry = entries.get(result.id);
    // Terms of one or two letters mark half the page: they count for the ranking only.
    const long = result.terms.filter((term) => term.length > 2);
    const pattern = marker(long.length ? long : result.terms);
    const element = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.id;
    appendMarked(link, entry.title, pattern);
    element.append(link);
    if (entry.page !== entry.title) {
      const page = document.createElement("span");
      page.className = "search-page-title";
      page.textContent = entry.page;
      element.append(page);
    }
    const fromText = excerpt(entry.text, pattern);
    const words = fromText || excerpt(entry.code, pattern) || entry.text.slice(0, 3 * AROUND);
    const paragraph = document.createElement("p");
    if (!fromText && words !== entry.text.slice(0, 3 * AROUND)) paragraph.className = "search-code";
    appendMarked(paragraph, words, pattern);
    element.append(paragraph);
    return element;
  };

  const show = (raw) => {
    const query = clean(raw);
    const results = searchAll(raw, query);
    list.replaceChildren(...results.slice(0, SHOWN).map(item));
    if (!query) status.textContent = "";
    else if (!results.length) status.textContent = "Nothing found. Fewer or other words may help.";
    else if (results.length > SHOWN) status.textContent = `${results.length} sections found, the best ${SHOWN} shown.`;
    else status.textContent = results.length === 1 ? "1 section found." : `${results.length} sections found.`;
  };

  const remember = (query) => {
    const address = query ? `?q=${encodeURIComponent(query)}` : window.location.pathname;
    try {
      window.history.replaceState(null, "", address);
    } catch {
      // some browsers refuse this for files on disk; the search does not need it
    }
  };

  let timer = 0;
  const answer = () => {
    window.clearTimeout(timer);
    timer = 0;
    show(box.value);
    remember(box.value);
  };

  box.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(answer, 80);
  });

  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
    const first = list.querySelector("a");
    if (first) first.focus();
  });

  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && timer) answer(); // results that come later would take the focus away
    const stops = [box, ...list.querySelectorAll("a")];
    const here = stops.indexOf(document.activeElement);
    if (!step || here < 0) return;
    const next = stops[here + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  const asked = new URLSearchParams(window.location.search).get("q") || "";
  box.value = asked.replace(/\s+/g, " ");
  show(asked);
  if (!asked) box.focus();
})();
