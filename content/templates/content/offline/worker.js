// Gives what somebody saved on the phone where there is no connection. It is registered when the first explanation is saved,
// for the public pages of one language and for the codes on paper, and keeps nothing by itself.
const VERSION = "{{ version }}", CACHE = "uitleg", PATIENCE = 4000, CODES = "{{ codes }}", LIST = "{{ list }}";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || request.cache === "reload") return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else event.respondWith(part(request, url));
});

const late = () => new Promise((_, refuse) => setTimeout(refuse, PATIENCE, new Error("no answer")));

/* The list of what is on the phone; of a code nobody knows in which language. */
async function listFor(path) {
  if (!path.startsWith(CODES)) return caches.match(`/${path.split("/")[1]}/${LIST}`);
  const cache = await caches.open(CACHE), kept = (await cache.keys()).find((each) => each.url.endsWith(LIST));
  return kept && cache.match(kept);
}

/* The page as it is now; what was withdrawn goes from the phone. Without a connection, where the server is ill and where nothing
   comes, as it was saved; else the list. */
async function page(request, url) {
  const saved = await caches.match(url.pathname);
  try {
    const answer = await (saved ? Promise.race([fetch(request), late()]) : fetch(request));
    if (saved && answer.status >= 500) return saved;
    const isMoved = answer.type === "opaqueredirect" && !url.pathname.startsWith(CODES); // a code always leads on
    const isGone = answer.status === 404 || answer.status === 410 || isMoved;
    if (isGone && (await caches.has(CACHE))) await (await caches.open(CACHE)).delete(url.pathname);
    return answer;
  } catch (fault) {
    const kept = saved || (await listFor(url.pathname));
    if (kept) return kept;
    throw fault;
  }
}

/* What was saved with a page. An address with a query asks the server something, such as what an answer means. */
async function part(request, url) {
  if (url.search) return fetch(request);
  const kept = await caches.match(url.pathname);
  if (!kept) return fetch(request);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") || "");
  if (!range) return kept;
  const all = await kept.blob(), from = Number(range[1]), until = range[2] ? Number(range[2]) : all.size - 1;
  const headers = { "Content-Type": all.type, "Content-Range": `bytes ${from}-${until}/${all.size}` };
  return new Response(all.slice(from, until + 1), { status: 206, headers });
}
