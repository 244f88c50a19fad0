// The service worker: keeps the page's parts on the phone, so that it opens without a connection.
// In front of this the desk writes VERSION (the digest of all parts) and PARTS (their names). Nothing else is kept:
// what is written down stands in IndexedDB (keeper.js), what is sent goes straight through.

const ROOM = `minhu-on-site-${VERSION}`;
const addresses = new Set(PARTS.map((part) => new URL(part, self.registration.scope).pathname));

self.addEventListener("install", (event) => {
  const fresh = PARTS.map((part) => new Request(part, { cache: "reload" }));
  event.waitUntil(caches.open(ROOM).then((room) => room.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method === "GET" && addresses.has(pathname)) {
    event.respondWith(kept(pathname, event.request));
  }
});

async function forgetOlder() {
  const rooms = await caches.keys();
  const older = rooms.filter((name) => name.startsWith("minhu-on-site-") && name !== ROOM);
  await Promise.all(older.map((name) => caches.delete(name)));
}

async function kept(pathname, request) {
  const room = await caches.open(ROOM);
  return (await room.match(pathname)) ?? fetch(request);
}
