// What every view needs: making elements, talking to the emulator, showing.
export const $ = id => document.getElementById(id);

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
export const crm = path => read('view/crm/v3/' + path);
export const clock = iso => iso ? iso.replace('T', ' ').slice(0, 19) : '';
export const show = (...children) => $('view').replaceChildren(...children.flat().filter(child => child != null));
export const place = () => location.hash.slice(2).split('/').map(decodeURIComponent);
export const cell = text => h('td', null, text == null ? '' : String(text));

export const table = (label, heads, rows) => h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, h('table', { class: 'list' },
  h('thead', null, h('tr', null, heads.map(name => h('th', { scope: 'col' }, name)))), h('tbody', null, rows)));

export const field = (label, input) => h('label', null, label, input);
export const options = (values, chosen) => values.map(value => Array.isArray(value) ? h('option', { value: value[0], selected: value[0] === chosen }, value[1]) : h('option', { selected: value === chosen }, value));

/// Does a thing and then shows the view anew; what went wrong, or what was done, is said in #said.
export async function act(what, then, said) {
  try {
    await what();
    await then();
    say(said ?? 'Done.', 'ok');
  } catch (error) {
    say(error.message, 'bad');
  }
}

export function say(text, kind) {
  $('said').className = kind;
  $('said').textContent = text;
}
