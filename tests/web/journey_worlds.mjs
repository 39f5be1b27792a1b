// The worlds of the journeys: for each business that the portal offers and each device, its example with people who have accounts at the portal. As a program it writes
// what stands in the book before: SW_DIR=FOLDER node journey_worlds.mjs > given.jsonl
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { book, codes, root, world } from '../scenario/lib/example.mjs';

export const devices = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };
const only = (process.env.SW_JOURNEYS ?? '').split(' ').filter(Boolean);
const people = JSON.parse(readFileSync(`${process.env.SW_DIR}/demo/people.json`, 'utf8'));
const accounts = [['zhang', people[0]], ['wang', people[people.length - 1]], ['li', people[2]]];
const offered = codes.filter((c) => /^channels:.*\bportal\b/m.test(readFileSync(`${root}/${c}/business.yaml`, 'utf8')) && (!only.length || only.includes(c)));

let place = 0; // their new parcels lie beside each other
function journey(code, device, k) {
  const example = JSON.parse(readFileSync(`${root}/${code}/example.json`, 'utf8'));
  const asked = [...new Set(example.intake.parties.map((p) => p.who))];
  const who = Object.fromEntries(asked.map((name, n) => [name, { name: accounts[n][1].name, kind: '1', id: accounts[n][1].id_number }]));
  const w = world(codes.indexOf(code) + codes.length * (2 + k), example, null, who);
  if (w.place >= 0) w.place = place++;
  const parties = example.intake.parties.map((p) => ({ ...p, account: accounts[asked.indexOf(p.who)][0], person: accounts[asked.indexOf(p.who)][1] }));
  return { code, device, example, w, parties, signers: [...new Set(parties.map((p) => p.account))] };
}

export const journeys = offered.flatMap((code) => Object.keys(devices).map((device, k) => journey(code, device, k)));

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const out = [];
  for (const j of journeys) book(j.w, j.example, null, out);
  for (const line of out) console.log(JSON.stringify(line));
}
