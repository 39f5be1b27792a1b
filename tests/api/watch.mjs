// node watch.mjs FOLDER ZONE…: stands before the daemons of a stack; what they answer goes through unchanged, and each reply, and each body that was taken, is
// held against the OpenAPI document that the daemon itself serves. FOLDER/ZONE/api.port is where a zone is found, FOLDER/api.wrong what is wrong, a line each,
// FOLDER/api.seen what was called.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { Interface } from './schemas.mjs';

const [folder, ...zones] = process.argv.slice(2);
const limit = 8 << 20;
const pending = new Set();
for (const name of ['wrong', 'seen']) writeFileSync(`${folder}/api.${name}`, '');

function serve(zone) {
  const port = () => Number(readFileSync(`${folder}/${zone}/data/port`, 'utf8'));
  let described;
  const interfaceOf = () => {
    described ??= fetch(`http://127.0.0.1:${port()}/api/openapi.json`).then(async (r) => new Interface(await r.json()));
    described.catch(() => (described = undefined));
    return described;
  };
  const judge = async (method, path, sent, reply, packed) => {
    const got = packed?.length && reply.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed;
    const face = await interfaceOf();
    const operation = face.find(method, path);
    if (!operation) {
      if (reply.statusCode < 300 && path.startsWith('/api/')) appendFileSync(`${folder}/api.wrong`, `${zone} ${method} ${path} is not described\n`);
      return;
    }
    const status = reply.statusCode;
    appendFileSync(`${folder}/api.seen`, `${zone} ${method} ${operation.path} ${status}\n`);
    const stream = (reply.headers['content-type'] ?? '').startsWith('text/event-stream');
    const wrong = [got === null || stream ? '' : face.reply(operation, status, reply.headers['content-type'] ?? '', got), status < 300 && sent !== null ? face.body(operation, sent) : ''];
    for (const w of wrong) if (w) appendFileSync(`${folder}/api.wrong`, `${zone} ${method} ${operation.path} ${w}\n`);
  };
  // What went through, kept to be judged; null when it is too much.
  const keep = (from, to) => {
    let kept = [];
    let size = 0;
    from.on('data', (piece) => {
      size += piece.length;
      if (size > limit) kept = null;
      kept?.push(piece);
    });
    from.pipe(to);
    return () => (kept ? Buffer.concat(kept) : null);
  };
  const server = createServer((asked, answer) => {
    const onward = request({ host: '127.0.0.1', port: port(), method: asked.method, path: asked.url, headers: asked.headers, agent: false }, (reply) => {
      answer.writeHead(reply.statusCode, reply.rawHeaders);
      const got = keep(reply, answer);
      reply.on('end', () => {
        const judged = judge(asked.method, asked.url.split('?')[0], sent(), reply, got()).catch((e) => appendFileSync(`${folder}/api.wrong`, `${zone} ${asked.method} ${asked.url}: ${e.message}\n`));
        pending.add(judged);
        judged.then(() => pending.delete(judged));
      });
      reply.on('error', () => answer.destroy());
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    const sent = keep(asked, onward);
  });
  server.listen(0, '127.0.0.1', () => {
    writeFileSync(`${folder}/${zone}/api.port.new`, String(server.address().port));
    renameSync(`${folder}/${zone}/api.port.new`, `${folder}/${zone}/api.port`);
  });
}
zones.forEach(serve);
process.on('SIGTERM', () => Promise.all(pending).then(() => process.exit()));
setInterval(() => existsSync(folder) || process.exit(), 1000);
