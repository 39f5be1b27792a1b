// The pages themselves when the line is away: what was loaded once. Never a person's data: of the interface only what is public and the same for everybody.
const shell = 'shell-1';
const open = /\/api\/(businesses|regions|config|articles|seal-authority)$/;

self.addEventListener('install', (e) => e.waitUntil(caches.open(shell).then((c) => c.addAll(['./', './mark.svg', './manifest.json'])).then(() => self.skipWaiting())));

self.addEventListener('activate', (e) =>
  e.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n !== shell).map((n) => caches.delete(n))))
      .then(() => self.clients.claim())
  )
);

// Of KEY the newest that was had; what WANTED does not take is not kept.
async function fresh(request, key, wanted = () => true) {
  const cache = await caches.open(shell);
  try {
    const reply = await fetch(request);
    if (reply.ok && wanted(reply)) await cache.put(key, reply.clone());
    return reply;
  } catch (e) {
    const kept = await cache.match(key);
    if (kept) return kept;
    throw e;
  }
}

async function kept(request) {
  const cache = await caches.open(shell);
  const there = await cache.match(request);
  if (there) return there;
  const reply = await fetch(request);
  if (reply.ok) await cache.put(request, reply.clone());
  return reply;
}

const page = (reply) => (reply.headers.get('content-type') ?? '').startsWith('text/html');

self.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== self.location.origin) return;
  // A paper that is opened by its address is a person's and no page: it neither stays here nor takes the pages' place.
  if (e.request.mode === 'navigate' && !url.pathname.includes('/api/')) e.respondWith(fresh(e.request, './', page));
  else if (url.pathname.includes('/assets/')) e.respondWith(kept(e.request)); // named by their content
  else if (url.pathname.includes('/lang/')) e.respondWith(fresh(e.request, url.pathname));
  else if (open.test(url.pathname)) e.respondWith(fresh(e.request, url.pathname + url.search));
});
