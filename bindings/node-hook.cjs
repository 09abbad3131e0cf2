"use strict";
// Loaded into Node.js with --require. The docstring of the Python package says what it is for.
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const PROVIDER_INDEX = /[\\/]@cdkt[fn][\\/]provider-[^\\/]+[\\/]lib[\\/]index\.js$/;
const SOURCE_MAP = "\n//# sourceMappingURL=data:";
const CDKTF_ARCHIVES = /[\\/]cdkt[fn][\\/]lib[\\/]private[\\/]fs\.js$/;
const TOKEN_STACK_TRACE = /[\\/]cdkt[fn][\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/;
const CDKTF_RESOLVE = /[\\/]cdkt[fn][\\/]lib[\\/]tokens[\\/]private[\\/]resolve\.js$/;
const JSII_DEFINITIONS = /[\\/]\.jsii\.runtime-defs\.v1\.jsonl$/;
const LINKS = "--preserve-symlinks";
const JSII_LAUNCHER = /[\\/]bin[\\/]jsii-runtime\.js$/;

// NODE_OPTIONS may come from a parent process that had the switch on.
if (process.env.CDKTF_LAZY_BINDINGS !== "0") {
  const program = jsiiProgram();
  const codeCache = program && require("./code-cache.cjs");
  if (codeCache) process.on("exit", codeCache.save);
  if (program) becomeJsiiProgram();

  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (...request) {
    const file = resolve.apply(this, request);
    if (program && JSII_LAUNCHER.test(file)) return program;
    if (!PROVIDER_INDEX.test(file)) return file;
    const lazy = path.join(path.dirname(file), "lazy-index.js");
    return fs.existsSync(lazy) ? lazy : file;
  };

  const compile = Module.prototype._compile;
  Module.prototype._compile = function (text, filename, ...rest) {
    const source = withoutSourceMap(text);
    const result = codeCache?.helps(source)
      ? codeCache.compile(this, source, filename)
      : compile.call(this, source, filename, ...rest);
    if (TOKEN_STACK_TRACE.test(this.filename)) this.exports.captureStackTrace = () => [];
    if (CDKTF_RESOLVE.test(this.filename)) {
      this.exports.resolve = require("./resolve.cjs").quick(this.exports.resolve);
    }
    return result;
  };

  const load = Module._load;
  Module._load = function (request, parent, ...rest) {
    const archives = request === "archiver" && CDKTF_ARCHIVES.test(parent?.filename);
    const module = () => load.call(this, request, parent, ...rest);
    return archives ? (...options) => module()(...options) : module();
  };

  process.env.JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION ??= process.versions.node.split(".")[0];
}

function withoutSourceMap(source) {
  const end = source.lastIndexOf(SOURCE_MAP);
  const next = end < 0 ? -1 : source.indexOf("\n", end + 1);
  if (end < 0 || (next > 0 && source.slice(next).trim())) return source;
  // A slice would keep the whole text in memory; going through a buffer makes a copy.
  return Buffer.from(source.slice(0, end)).toString();
}

// The program that jsii's launcher, if that is what this process is about to run, would start.
function jsiiProgram() {
  const launcher = process.argv[1] ?? "";
  if (!JSII_LAUNCHER.test(launcher) || !process.execArgv.includes(LINKS)) return undefined;
  const program = path.join(path.dirname(launcher), "..", "lib", "program.js");
  return fs.existsSync(program) ? program : undefined;
}

// What the launcher sets up for the program: messages on descriptor 3, and whatever is printed
// sent to Python in JSON.
function becomeJsiiProgram() {
  const { readFileSync, readSync, writeSync } = fs;
  fs.readFileSync = (file, ...rest) =>
    JSII_DEFINITIONS.test(file) && !rest.length ? textInParts(file) : readFileSync(file, ...rest);
  const answers = answersOf(writeSync);
  process.on("exit", answers.write);
  fs.readSync = (fd, ...rest) => {
    if (fd !== 3) return readSync(fd, ...rest);
    answers.write();
    return readSync(0, ...rest);
  };
  fs.writeSync = (fd, ...rest) => (fd === 3 ? answers.add(...rest) : writeSync(fd, ...rest));
  for (const stream of ["stdout", "stderr"]) {
    process[stream].write = (chunk, encoding, callback) => {
      const text = Buffer.from(chunk, typeof encoding === "string" ? encoding : undefined);
      writeSync(2, `${JSON.stringify({ [stream]: text.toString("base64") })}\n`);
      const done = typeof encoding === "function" ? encoding : callback;
      if (done) process.nextTick(done);
      return true;
    };
  }
}

// Answers wait until all requests are answered that have been read: Python may send many at once,
// and is then woken once.
function answersOf(writeSync) {
  const waiting = [];
  return {
    add(buffer, offset = 0) {
      waiting.push(buffer.subarray(offset));
      return buffer.length - offset;
    },
    write() {
      let rest = Buffer.concat(waiting.splice(0));
      while (rest.length) {
        try {
          rest = rest.subarray(writeSync(1, rest));
        } catch (error) {
          if (error.code !== "EAGAIN") throw error;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // the pipe is full
        }
      }
    },
  };
}

// Of a file of tens of megabytes that jsii takes as a buffer it decodes some hundred lines.
function textInParts(file) {
  const descriptor = fs.openSync(file);
  return {
    toString(encoding, start, end) {
      const part = Buffer.allocUnsafe(end - start);
      fs.readSync(descriptor, part, 0, part.length, start);
      return part.toString(encoding);
    },
  };
}
