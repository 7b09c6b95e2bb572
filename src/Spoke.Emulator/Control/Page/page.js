// One view at a time, chosen by the address behind '#': records/TYPE, record/TYPE/ID, requests, faults, tokens, lists/ID, workflows/ID, webhooks, outbox, apps, portals, account, view/CALL.
import { $, h, read, show, place, clock, say, here, portal, choosePortal, options } from './dom.js';
import { records, record } from './records.js';
import { requests } from './requests.js';
import { faults } from './faults.js';
import { tokens } from './tokens.js';
import { account } from './account.js';
import { lists, workflows } from './automation.js';
import { webhooks } from './webhooks.js';
import { outbox } from './outbox.js';
import { apps } from './apps.js';
import { portals } from './portals.js';
import { others, title, view as generic } from './views.js';

const views = { faults, tokens, account, webhooks, outbox, apps, portals, lists, workflows };
const firstTabs = $('tabs').children.length;
let state = { records: {} };

// The portal that was chosen may have been removed meanwhile.
const look = () => read(here('state')).catch(error => {
  if (portal() === null) throw error;
  choosePortal(null);
  return read('state');
});

async function refresh() {
  const [{ portals: all }, now] = await Promise.all([read('portals'), look()]);
  state = now;
  const names = all.map(one => [String(one.hubId), one.name.includes(one.hubId) ? one.name : `${one.name} (${one.hubId})`]);
  if ([...$('portal').options].map(one => one.text).join() !== names.map(([, name]) => name).join()) $('portal').replaceChildren(...options(names));
  $('portal').value = String(state.hubId);
  const facts = [['Limits', state.perDay ? `${state.limits}, ${state.usedToday.toLocaleString('en')} used` : state.limits], ['Requests', state.requests.toLocaleString('en')], ['Faults', state.faults], ['Clock', clock(state.now) + 'Z']];
  $('facts').replaceChildren(...facts.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, String(value)))));
  const [view, shown, ...more] = place();
  const isRecords = !view || view === 'records' || view === 'record';
  const extra = others(state.control);
  if ($('tabs').children.length !== firstTabs + extra.length)
    $('tabs').replaceChildren(...[...$('tabs').children].slice(0, firstTabs), ...extra.map(call => h('a', { href: '#/view/' + call }, title(call))));
  for (const tab of $('tabs').children) {
    const its = tab.getAttribute('href').slice(2);
    if (view === its || (isRecords && its === 'records') || its === [view, shown, ...more].join('/')) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  }
  $('types').hidden = !isRecords;
  const links = Object.entries(state.records).map(([type, count]) =>
    h('a', { href: '#/records/' + encodeURIComponent(type), 'aria-current': type === shown ? 'page' : null }, h('span', null, type), h('b', null, count.toLocaleString('en'))));
  if ($('types').textContent !== links.map(link => link.textContent).join('') || $('types').querySelector('[aria-current]')?.getAttribute('href') !== '#/records/' + shown) keepFocus($('types'), () => $('types').replaceChildren(...links));
}

// A list that is built anew every two seconds must not take the keyboard away.
function keepFocus(inside, change) {
  const at = inside.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  change();
  if (at) inside.querySelector(`[href="${CSS.escape(at)}"]`)?.focus();
}

async function route() {
  const [view, type, id] = place();
  say('', '');
  try {
    await refresh();
    if (view === 'requests') await requests(true);
    else if (Object.hasOwn(views, view)) await views[view](type);
    else if (view === 'view') await generic(place().slice(1).join('/'));
    else if (view === 'record' && id) await record(type, id, Object.keys(state.records));
    else await records(type);
  } catch (error) {
    show(h('h2', null, 'Not found'), h('p', null, error.message));
  }
}

async function tick() {
  try {
    await refresh();
    if (place()[0] === 'requests') await requests(false);
  } catch {
    $('facts').replaceChildren(h('div', { class: 'bad' }, 'The emulator does not answer.'));
  }
}

$('portal').addEventListener('change', event => { choosePortal(event.target.value); route(); });
addEventListener('hashchange', () => { $('view').replaceChildren(); route().then(() => $('view').focus({ preventScroll: true })); });
route();
setInterval(tick, 2000);
