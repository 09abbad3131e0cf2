"use strict";
// Keeps what Node.js would work out anew in each run of jsii, as Python does in .pyc files: V8's
// bytecode of each source, and the hash of each package, by which jsii finds its unpacked files.
//
// It is one file for each version of Node.js, in the user's cache folder: a line of JSON, which
// holds the hashes and says where the bytecode of each source begins and how long it is, and then
// the bytecode. A source is known by its hash and a package by what changes with its file, so that
// nothing stale is used; V8 refuses what was made with other options. The bytecode is taken when
// the process ends: by then it includes the functions that were called. Where the folder cannot be
// written, everything is worked out as usual.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const vm = require("node:vm");

const LIMIT = 64 * 2 ** 20; // bytes; where the bytecode is more, only the last run's is kept
const SMALL = 1024; // characters; compiling less takes no longer than reading bytecode
const JSII_HASHES = "function digestFile(e,...p){return readFileChunks(e,()=>{},...p)}";
const KEPT_HASHES =
  "function digestFile(e,...p){return globalThis.keptHash(e,p,()=>readFileChunks(e,()=>{},...p))}";
// For each value jsii writes the message of an error that hardly ever occurs.
const JSII_ASSERTION = "(0,B.default)(null!=e,`Kernel error: expected type information, got $";

const { openSync, readSync } = fs;
const file = path.join(caches(), "cdktf-lazy-bindings", `${process.version}-${process.arch}.bin`);
const { descriptor, start, scripts, hashes } = opened();
const compiled = new Map(); // scripts that the file does not have, by the hash of their source
let hashed = false;

exports.compile = function (module, source, filename) {
  const text = source
    .replace(JSII_HASHES, KEPT_HASHES)
    .replace(JSII_ASSERTION, (assertion) => `null!=e||${assertion}`);
  const key = createHash("sha1").update(text).digest("base64");
  const cachedData = bytecode(key);
  const script = new vm.Script(Module.wrap(text), { filename, cachedData });
  if (!cachedData || script.cachedDataRejected) compiled.set(key, script);
  const require = (id) => module.require(id);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.main = process.mainModule;
  require.cache = Module._cache;
  const run = script.runInThisContext();
  return run.call(module.exports, module.exports, require, module, filename, path.dirname(filename));
};

// Import expressions need the loader of Node.js.
exports.helps = (source) => source.length > SMALL && !/\bimport\s*\(/.test(source);

globalThis.keptHash = function (archive, comments, hash) {
  const { ino, size, mtimeNs, ctimeNs } = fs.statSync(archive, { bigint: true });
  const key = [archive, ino, size, mtimeNs, ctimeNs, ...comments].join("\0");
  if (!hashes[key]) {
    hashed = true;
    hashes[key] = hash().toString("hex");
  }
  return Buffer.from(hashes[key], "hex");
};

exports.save = function () {
  if (!compiled.size && !hashed) return;
  const scratch = `${file}.${process.pid}`;
  try {
    const parts = [...compiled].map(([key, script]) => [key, script.createCachedData()]);
    const kept = Object.keys(scripts).filter((key) => !compiled.has(key) && bytecode(key));
    const size = kept.reduce((sum, key) => sum + scripts[key][1], 0);
    if (size < LIMIT) parts.push(...kept.map((key) => [key, bytecode(key)]));
    const places = {};
    let offset = 0;
    for (const [key, data] of parts) {
      places[key] = [offset, data.length];
      offset += data.length;
    }
    const line = Buffer.from(`${JSON.stringify({ scripts: places, hashes })}\n`);
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(scratch, Buffer.concat([line, ...parts.map(([, data]) => data)]));
    fs.renameSync(scratch, file);
  } catch {
    try {
      fs.rmSync(scratch, { force: true });
    } catch {
      // There is no such folder, and so no such file.
    }
  }
};

function caches() {
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  try {
    return path.join(os.homedir(), ".cache");
  } catch {
    return os.devNull; // this user has no home
  }
}

function opened() {
  const nothing = { start: 0, scripts: {}, hashes: {} };
  try {
    const descriptor = openSync(file);
    const head = Buffer.allocUnsafe(2 ** 18);
    const end = head.subarray(0, readSync(descriptor, head, 0, head.length, 0)).indexOf("\n");
    return { ...nothing, ...JSON.parse(head.toString("utf8", 0, end)), descriptor, start: end + 1 };
  } catch {
    return nothing;
  }
}

function bytecode(key) {
  if (!scripts[key]) return undefined;
  const [offset, length] = scripts[key];
  const data = Buffer.allocUnsafeSlow(length);
  return readSync(descriptor, data, 0, length, start + offset) === length ? data : undefined;
}
