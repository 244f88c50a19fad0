// What this phone keeps, in IndexedDB: entries until they are accepted, the one being written, what a unit is offered,
// and the numbers of the last accepted entries. Pictures are kept as ArrayBuffers, which every browser can store.

const NAME = "minhu-on-site", VERSION = 1;
const ENTRIES = "entries", KEPT = "kept", SENT = "sent";
const SENT_MOST = 20;
let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(ENTRIES, { keyPath: "external_id" });
      asked.result.createObjectStore(KEPT);
      asked.result.createObjectStore(SENT, { keyPath: "external_id" });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  }).catch((error) => {
    opened = null;
    throw error;
  });
  return opened;
}

// Do something in one transaction; it is on the phone when this returns.
async function changing(stores, deed) {
  const transaction = (await database()).transaction(stores, "readwrite", { durability: "strict" });
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    deed(...stores.map((store) => transaction.objectStore(store)));
  });
}

async function asked(store, question) {
  const transaction = (await database()).transaction([store], "readonly");
  return new Promise((resolve, reject) => {
    const request = question(transaction.objectStore(store));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const byAge = (one, other) => one.written_at - other.written_at;

export const entries = async () => (await asked(ENTRIES, (store) => store.getAll())).sort(byAge);
export const entry = (number) => asked(ENTRIES, (store) => store.get(number));
export const sent = async () => (await asked(SENT, (store) => store.getAll())).sort((one, other) => byAge(other, one));
export const kept = (key) => asked(KEPT, (store) => store.get(key));
export const keep = (key, value) => changing([KEPT], (store) => store.put(value, key));
export const forget = (key) => changing([KEPT], (store) => store.delete(key));
export const remove = (number) => changing([ENTRIES], (store) => store.delete(number));

// The entry is kept and the draft is gone, both or neither.
export const save = (entry) =>
  changing([ENTRIES, KEPT], (store, drafts) => {
    store.put(entry);
    drafts.delete("draft");
  });

// Note something about an entry that may have been deleted meanwhile.
export const note = (number, changes) =>
  changing([ENTRIES], (store) => {
    const found = store.get(number);
    found.onsuccess = () => found.result && store.put({ ...found.result, ...changes });
  });

// The entry is gone and its number is kept, both or neither; only the last numbers stay.
export async function accepted(entry, answer) {
  const older = (await sent()).slice(SENT_MOST - 1);
  await changing([ENTRIES, SENT], (store, numbers) => {
    store.delete(entry.external_id);
    const { external_id, channel_name, written_at } = entry;
    numbers.put({ external_id, channel_name, written_at, request_id: answer.request_id, result: answer.result });
    older.forEach((each) => numbers.delete(each.external_id));
  });
}
