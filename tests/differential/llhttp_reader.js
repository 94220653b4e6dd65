// llhttp's reading of byte streams: the parser of Node's own HTTP server, strict as it is by default.
//
//   node --no-deprecation llhttp_reader.js FILE    (FILE and output as of reader.c)
'use strict';
const fs = require('fs');
const { HTTPParser, methods, allMethods } = process.binding('http_parser');

const MAX_HEADER_BYTES = 65536;
const UNLISTED = { 46: 'QUERY' }; // by llhttp's number; Node before 20.20 has it in its list at another place
const hex = (text) => Buffer.from(text, 'latin1').toString('hex');

function pairs(flat) {
  const fields = [];
  for (let i = 0; i < flat.length; i += 2) fields.push({ name: hex(flat[i]), value: hex(flat[i + 1]) });
  return fields;
}

function read(stream) {
  const parser = new HTTPParser();
  const requests = [];
  let request = null, early = [], earlyUrl = '', keeps = true;
  parser.initialize(HTTPParser.REQUEST, {}, MAX_HEADER_BYTES, 0);
  parser[HTTPParser.kOnHeaders] = (flat, url) => { early = early.concat(flat); earlyUrl += url || ''; }; // many fields come in portions, and trailers
  parser[HTTPParser.kOnHeadersComplete] = (major, minor, flat, method, url, status, phrase, upgrade, keepAlive) => {
    const names = upgrade && allMethods ? allMethods : methods;
    request = { method: hex(names[method] || (allMethods || methods)[method] || UNLISTED[method] || '?'), target: hex(earlyUrl || url || ''),
                fields: pairs(early.concat(flat || [])), body: '' };
    early = [];
    earlyUrl = '';
    keeps = keepAlive;
    return 0;
  };
  parser[HTTPParser.kOnBody] = (data, start, length) => {
    request.body += (start === undefined ? data : data.subarray(start, start + length)).toString('hex');
  };
  parser[HTTPParser.kOnMessageComplete] = () => { requests.push(request); request = null; early = []; earlyUrl = ''; };
  const result = parser.execute(stream);
  let state = 'waits', why = '';
  if (result instanceof Error) {
    state = result.code === 'HPE_CLOSED_CONNECTION' ? 'closes' : 'refuses';
    why = `${result.code}: ${result.reason}`;
  } else if (requests.length > 0 && !keeps && request === null) {
    state = 'closes';
  } else if (parser.finish() instanceof Error || request !== null) {
    state = 'incomplete';
  }
  return { requests, state, why };
}

const file = fs.readFileSync(process.argv[2]);
const lines = [];
for (let at = 0; at < file.length;) {
  const length = file.readUInt32LE(at);
  lines.push(JSON.stringify(read(file.subarray(at + 4, at + 4 + length))));
  at += 4 + length;
}
fs.writeSync(1, ''); // opens the pipe before a long write
process.stdout.write(lines.join('\n') + '\n');
