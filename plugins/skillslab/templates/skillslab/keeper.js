{% comment "text/markdown" %}
The worker of one page: the list of one session, on its day. It answers for nothing else (docs/decisions/0037-list-without-a-connection.md).
- `session_uuid`; `until`: when its time is over, in seconds since 1970; 0 where nothing may be kept
{% endcomment %}// The list of one session, for a phone that loses its connection. The name of what it keeps says until when; the page of
// the platform takes away what is over, and everything when somebody signs out.
const PREFIX = "lxp-person-", SESSION = "-skillslab-{{ session_uuid }}";
const UNTIL = {{ until }}, NAME = PREFIX + UNTIL + SESSION;
const LIST = new URL("./", self.location).pathname;
const PATIENCE = 5000; // milliseconds until what is kept is shown, where there is a connection that does not come through
const PARTS = ["style", "script", "font", "image"];

const takeAway = async () => {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name.endsWith(SESSION)) await caches.delete(name);
};
const leave = async () => { await takeAway(); await self.registration.unregister(); };
const isOver = () => Date.now() >= UNTIL * 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(isOver() ? leave() : self.clients.claim()));

// What the server answers decides: a list is kept, a closed door takes away what was kept.
const note = async (response) => {
  if (response.ok && response.type === "basic") await (await caches.open(NAME)).put(LIST, response);
  else if (response.type === "opaqueredirect" || (response.status >= 400 && response.status < 500)) await takeAway();
};

const fetchList = async (event) => {
  const response = await fetch(event.request);
  if (response.status >= 500) throw new Error("no answer");
  event.waitUntil(note(response.clone()));
  return response;
};

const answerList = async (event) => {
  if (isOver()) {
    await leave();
    return fetch(event.request);
  }
  const kept = await caches.match(LIST, { cacheName: NAME });
  const fresh = fetchList(event);
  if (!kept) return fresh;
  const patience = new Promise((done) => setTimeout(done, PATIENCE, kept));
  return Promise.race([fresh.catch(() => kept), patience]);
};

const answerPart = async (request) => {
  const kept = await caches.match(request, { cacheName: NAME });
  return kept ?? fetch(request);
};

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === LIST) event.respondWith(answerList(event));
  } else if (PARTS.includes(request.destination)) event.respondWith(answerPart(request));
});

// The page says what it is made of; then it hears that it is kept.
const keep = async (urls, page) => {
  const cache = await caches.open(NAME);
  await note(await fetch(LIST, { redirect: "manual", credentials: "same-origin" }));
  for (const url of urls) {
    if (new URL(url).origin === self.location.origin && !(await cache.match(url))) await cache.add(url).catch(() => {});
  }
  if (await cache.match(LIST)) page?.postMessage({ kept: true });
};

self.addEventListener("message", (event) => {
  if (!isOver() && Array.isArray(event.data?.keep)) event.waitUntil(keep(event.data.keep, event.source));
});
