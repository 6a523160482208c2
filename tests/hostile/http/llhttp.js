// Node's parser by itself. Each line of stdin is one connection's bytes in base64; the answer is a line of JSON: the
// requests read (with "answers" as argument: the responses), and an error or null.
'use strict';
const answers = process.argv[2] === 'answers';
const { HTTPParser, methods } = process.binding('http_parser');

function fields(raw) {
  const out = [];
  for (let i = 0; i < raw.length; i += 2) out.push([raw[i], raw[i + 1]]);
  return out;
}

function parse(bytes) {
  const requests = [];
  let head = [];
  let url = '';
  let current = null;
  const parser = new HTTPParser();
  parser.initialize(answers ? HTTPParser.RESPONSE : HTTPParser.REQUEST, {});
  parser[HTTPParser.kOnHeaders | 0] = (more, target) => {  // long heads come in parts; trailers too
    if (current) return;
    head.push(...more);
    url += target;
  };
  parser[HTTPParser.kOnHeadersComplete | 0] = (major, minor, more, method, target, code, text, upgrade) => {
    current = { status: code, method: methods[method], url: target === undefined ? url : target, headers: fields([...head, ...(more || [])]), body: [] };
    head = [];
    url = '';
    return upgrade ? 2 : 0;
  };
  parser[HTTPParser.kOnBody | 0] = (part) => { current.body.push(Buffer.from(part)); };
  parser[HTTPParser.kOnMessageComplete | 0] = () => {
    current.body = Buffer.concat(current.body).toString('base64');
    requests.push(current);
    current = null;
  };
  const result = parser.execute(bytes);
  const ended = answers ? parser.finish() : null;  // the end of the connection may be that of the body
  const failed = [result, ended].find((one) => one instanceof Error)?.code ?? null;
  return { requests, error: failed || (current ? 'unfinished' : null) };
}

const lines = require('fs').readFileSync(0, 'latin1').split('\n').filter(Boolean);
for (const line of lines) console.log(JSON.stringify(parse(Buffer.from(line, 'base64'))));
