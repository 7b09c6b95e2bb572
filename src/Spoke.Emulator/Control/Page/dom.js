// What every view needs: making elements, talking to the emulator, showing.
export const $ = id => document.getElementById(id);

let chosen = sessionStorage.getItem('portal');

/// The number of the portal that is looked at; null before anybody chose one.
export const portal = () => chosen;
export function choosePortal(hub) {
  chosen = hub;
  if (hub === null) sessionStorage.removeItem('portal');
  else sessionStorage.setItem('portal', hub);
}

/// A call about the portal that is looked at. Webhooks and workflows call it hubId.
export const here = call => chosen === null ? call : `${call}${call.includes('?') ? '&' : '?'}${/^(webhooks|workflows)/.test(call) ? 'hubId' : 'portal'}=${chosen}`;

export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter(child => child != null));
  return element;
}

async function answer(response) {
  const text = await response.text();
  const json = text ? JSON.parse(text) : null;
  if (!response.ok) throw new Error(json?.message ?? json?.error ?? `${response.status}`);
  return json;
}

export const read = async call => answer(await fetch('/_emulator/' + call));
export const send = async (method, call, body) => answer(await fetch('/_emulator/' + call, { method, body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body) }));
export const crm = path => read(here('view/crm/v3/' + path));
export const clock = at => at ? (typeof at === 'number' ? new Date(at).toISOString() : at).replace('T', ' ').slice(0, 19) : '';
export const show = (...children) => $('view').replaceChildren(...children.flat(Infinity).filter(child => child != null));
export const place = () => location.hash.slice(2).split('/').map(decodeURIComponent);
export const cell = (text, kind) => h('td', { class: kind }, text == null ? '' : text instanceof Node ? text : String(text));
export const none = text => h('p', { class: 'dim' }, text ?? 'None yet.');
export const code = text => h('code', null, text);

/// A list that scrolls in itself; on a narrow screen each row stands as a card, with the column's name before each value.
export function table(label, heads, rows) {
  for (const row of rows) [...row.children].forEach((one, at) => { if (heads[at]) one.dataset.head = heads[at]; });
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, h('table', { class: 'list', role: 'table' },
    h('thead', null, h('tr', null, heads.map(name => h('th', { scope: 'col' }, name)))), h('tbody', null, rows)));
}

/// Names and values.
export const facts = entries => h('table', { class: 'record' }, h('tbody', null, entries.filter(([, value]) => value != null && value !== '').map(([name, value]) => h('tr', null, h('th', { scope: 'row' }, name), cell(value)))));

export const whole = (label, value, open) => h('details', { open }, h('summary', null, 'All'), h('pre', { tabindex: '0', role: 'region', 'aria-label': label }, JSON.stringify(value, null, 2)));
export const button = (text, does, label) => h('button', { type: 'button', 'aria-label': label, onclick: does }, text);
export const field = (label, input) => h('label', null, label, input);
export const input = (name, attributes) => h('input', { name, autocomplete: 'off', ...attributes });
export const select = (name, values, was) => h('select', { name }, options(values, was));
export const options = (values, was) => values.map(value => Array.isArray(value) ? h('option', { value: value[0], selected: value[0] === was }, value[1]) : h('option', { selected: value === was }, value));
export const names = text => text.split(/[\s,]+/).filter(Boolean);

/// A form that hands its values to `does`, without those left empty.
export const form = (label, does, ...children) => h('form', { 'aria-label': label, onsubmit: event => { event.preventDefault(); does(Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== '')), event.target); } }, children);

/// Does a thing and then shows the view anew; what went wrong, or what was done, is said in #said.
export async function act(what, then, said) {
  try {
    const made = await what();
    await then(made);
    say(said ?? 'Done.', 'ok');
  } catch (error) {
    say(error.message, 'bad');
  }
}

export function say(text, kind) {
  $('said').className = kind;
  $('said').textContent = text;
}

/// A secret that is shown once, with a button to copy it.
export const once = (text, secret, id) => h('div', { class: 'once', role: 'status' }, h('p', null, text), h('p', null, h('code', { id }, secret)),
  button('Copy', () => navigator.clipboard.writeText(secret).then(() => say('Copied.', 'ok'), () => say('The browser does not let a page copy here; mark the text and copy it.', 'warn'))));
