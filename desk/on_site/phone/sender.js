// Sending: one entry after the other, each until the desk has answered. The number made on this phone goes with it, so
// that an entry sent twice (a second press, a page that broke between sending and the answer) is one request.

import * as keeper from "./keeper.js";

const ADDRESS = "entries", SECONDS_MOST = 60, ACCEPTED = 202, UNUSABLE = 422;
const OF_THE_REQUEST = ["unit", "channel", "category", "community", "text", "address", "caller_kind", "caller_name", "caller_phone", "lat", "lon"];
const LATER = "没有送到，连上网络后自动再发。", BUSY = "服务器暂时不能收下，稍后自动再发。";
let running = Promise.resolve();

// Send whatever waits; `changed` is told after each step. A second call waits for the first and finds nothing left.
export function sendAll(changed) {
  if (!navigator.onLine) return changed(null); // nothing is tried, so that an entry may still be corrected
  const turn = () => eachInTurn(changed);
  if (navigator.locks) return navigator.locks.request("minhu-on-site", turn); // among all tabs of this phone
  running = running.then(turn, turn);
  return running;
}

async function eachInTurn(changed) {
  for (const { external_id } of await keeper.entries()) {
    const entry = await keeper.entry(external_id); // it may have been deleted or sent meanwhile
    if (!entry || entry.held || entry.state === "refused") continue;
    if (!(await sendOne(entry, changed))) break; // no connection: the others would not arrive either
  }
  await changed(null);
}

// Return whether the desk could be reached.
async function sendOne(entry, changed) {
  await keeper.note(entry.external_id, { tried: true, reason: "" });
  await changed(entry.external_id);
  const answer = await posted(entry);
  if (answer === null) {
    await keeper.note(entry.external_id, { reason: LATER });
    return false;
  }
  if (answer.status === ACCEPTED && answer.told.request_id) {
    await keeper.accepted(entry, answer.told);
  } else if (answer.status === UNUSABLE && answer.told.error) {
    const { error, field } = answer.told;
    await keeper.note(entry.external_id, { state: "refused", tried: false, reason: error, field });
  } else {
    await keeper.note(entry.external_id, { reason: answer.told.error || BUSY });
  }
  return true;
}

async function posted(entry) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), SECONDS_MOST * 1000);
  try {
    const response = await fetch(ADDRESS, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(bodyOf(entry)),
      redirect: "error",
      signal: limit.signal,
    });
    return { status: response.status, told: await response.json().catch(() => ({})) };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function bodyOf(entry) {
  const body = { external_id: entry.external_id, pictures: entry.pictures.map(base64) };
  for (const name of OF_THE_REQUEST) {
    if (entry[name] !== "" && entry[name] !== undefined && entry[name] !== null) body[name] = entry[name];
  }
  body.seconds_ago = Math.max(0, Math.round((Date.now() - entry.written_at) / 1000));
  return body;
}

function base64(buffer) {
  const bytes = new Uint8Array(buffer), piece = 0x8000;
  let text = "";
  for (let at = 0; at < bytes.length; at += piece) text += String.fromCharCode(...bytes.subarray(at, at + piece));
  return btoa(text);
}
