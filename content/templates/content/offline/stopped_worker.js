// Saving is switched off here: the worker and what it saved leave the phone.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  await caches.delete("uitleg");
  await self.registration.unregister();
})()));
