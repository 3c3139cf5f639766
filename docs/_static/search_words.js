// The words of a question as the search reads them: those that say nothing are left out, those that mean the same on
// these pages become one. search.js does this to the pages and to what is typed.
"use strict";

window.UNROLLED_WORDS = (() => {
  const NOTHING = new Set(
    `a about after all also am an and any are as at be been but by can could did do does doing for from get gets getting
     give given had has have how if in into is it its just like make makes me mean means my need of on or our please
     should so some such tell than that the their them then there these they this those to understand use used using
     want was way we were what when where whether which while who why will with without would you your
     keras tensorflow tf python question help example difference
     al como con cuál de del el en es la las lo los para por qué que se son un una y o os as do da dos das em uma com
     в во и как на не по при с со что это для из к ли`.split(/\s+/),
  );

  // What is typed, and the word of these pages.
  const SAME = [
    [/\b(one|many)[\s-]to[\s-](one|many)\b/giu, "$1_to_$2"],
    [/\btime[\s-]*steps?\b/giu, "timesteps"],
    [/\b(look[\s-]?back|lags?)\b/giu, "window"],
    [/\b(hidden (units?|nodes?|neurons?|size|dimensions?)|num_units|hidden_size|neurons?|nodes?)\b/giu, "units"],
    [/\b(parameters|params?)\b/giu, "weights"],
    [/\b(bi-?lstm|bi-?directional|bi-?gru)\b/giu, "bidirectional"],
    [/\bseq(uence)?[\s-]?(2|to)[\s-]?seq(uence)?\b/giu, "seq2seq encoder decoder"],
    [/\b(one-hot|onehot)\b/giu, "one_hot"],
    [/\b(normali[sz]e[ds]?|normali[sz]ation|standardi[sz]e[ds]?|scaled|scaling|rescale)\b/giu, "scale"],
    [/\b(forecast(s|ing|ed)?|predict(s|ing|ed|ions?)?)\b/giu, "predict"],
    [/\b(targets?|y_true|ground truth)\b/giu, "labels"],
    [/\b(visuali[sz](e|es|ed|ing|ations?)|pictures?|illustrations?|draw(s|n|ing|ings)?)\b/giu, "draw"],
    [/\b(mask(s|ed|ing)?)\b/giu, "mask"],
    [/\bpadd?(ed|ings?|s)?\b/giu, "pad"],
    [/\bembeddings?\b/giu, "embedding"],
    [/\bstack(s|ed|ing)?\b/giu, "stack"],
  ];

  // Chinese writes no spaces between words: each sign is looked for by itself.
  const same = (text) =>
    SAME.reduce((said, [typed, word]) => said.replace(typed, word), text).replace(/\p{Script=Han}/gu, " $& ");

  // "layers" is found as "layer", but an argument such as return_sequences keeps its name.
  const processTerm = (term) => {
    const word = term.toLowerCase();
    return word.length > 3 && word.endsWith("s") && !word.endsWith("ss") && !word.includes("_") ? word.slice(0, -1) : word;
  };

  // A question of such words only keeps them.
  const telling = (words) => {
    const kept = words.filter((word) => !NOTHING.has(word.toLowerCase()));
    return kept.length ? kept : words;
  };

  // As which spellings a word may stand in a text, to mark them there.
  const spellings = (terms) =>
    SAME.filter(([, word]) => word.split(" ").some((part) => terms.includes(processTerm(part)))).map(([typed]) => typed.source);

  return { same, processTerm, telling, spellings };
})();
