"use strict";
// CDKTF resolves everything three times in a synth, and for each value inside it makes several
// objects and tries several regular expressions, though few values hold a token. This copies what
// can hold none, and leaves the rest to CDKTF: tokens, errors, and what only resembles a token.
const TOKEN = /TfToken\[|e\+?2\d\d/; // as text, the token of a number is like -8.1e+298
const LIST_TOKEN = "#{TfToken[";
const LARGEST = 1e280; // less than any token of a number or of a list of numbers
const PLACEHOLDERS = new Set(["String Map Token Value", "Any Map Token Value", -123456789]);
const DEEPEST = 200; // where CDKTF takes a reference for circular

exports.quick = (resolve) => (root, options) => {
  const place = [...(options.prefix ?? [])];
  return copy(root);

  function copy(value) {
    switch (typeof value) {
      case "string":
        return TOKEN.test(value) || PLACEHOLDERS.has(value) ? resolved(value) : value;
      case "number":
        return isLarge(value) || PLACEHOLDERS.has(value) ? resolved(value) : value;
      case "boolean":
      case "undefined":
        return value;
    }
    if (value === null) return null;
    if (place.length >= DEEPEST) return resolved(value);
    if (Array.isArray(value)) return value.some(isListToken) ? resolved(value) : copyOfArray(value);
    return isPlain(value) ? copyOfObject(value) : resolved(value);
  }

  function resolved(value) {
    return resolve(value, { ...options, prefix: [...place] });
  }

  function copyOfArray(array) {
    return array.map((item, index) => copyAt(`${index}`, item)).filter((item) => item !== undefined);
  }

  function copyOfObject(object) {
    const result = {};
    for (const key of Object.keys(object)) {
      const value = copyAt(key, object[key]);
      if (value !== undefined) result[key] = value;
    }
    return result;
  }

  function copyAt(key, value) {
    place.push(key);
    const result = copy(value);
    place.pop();
    return result;
  }
};

function isLarge(number) {
  return Math.abs(number) > LARGEST;
}

function isListToken(item) {
  if (typeof item === "string") return item.includes(LIST_TOKEN);
  return typeof item === "number" && isLarge(item);
}

// Neither a token nor a construct, and without a token among its keys.
function isPlain(object) {
  return (
    Object.getPrototypeOf(object) === Object.prototype &&
    typeof object.resolve !== "function" &&
    object._children === undefined &&
    !Object.keys(object).some((key) => TOKEN.test(key) || PLACEHOLDERS.has(key))
  );
}
