'use strict';
const $ = id => document.getElementById(id);
const text = (parent, tag, value, className) => {
  const made = document.createElement(tag);
  made.textContent = value ?? '';
  if (className) made.className = className;
  parent.append(made);
  return made;
};

async function ask(path, method) {
  const headers = $('key').value ? { 'Spoke-Proxy-Key': $('key').value } : {};
  const answer = await fetch(path, { method: method || 'GET', headers });
  if (answer.status === 401) $('key-label').hidden = false;
  if (!answer.ok) throw new Error((await answer.json()).message || answer.statusText);
  return answer;
}

function details(call) {
  const part = (headers, body) => headers.join('\n') + (body ? '\n\n' + body : '');
  $('details').textContent = [
    `${call.method} ${call.path}`, part(call.requestHeaders, call.requestBody), '',
    `${call.status || 'no answer'}  (sent ${call.attempts} x, ${call.waitedMs} ms in line, token ${call.token || 'none'})`,
    part(call.answerHeaders, call.answerBody), '', call.fix ? 'Fix: ' + call.fix : '',
  ].join('\n');
  $('one').hidden = false;
  $('details').focus();
}

async function show() {
  try {
    const query = '?search=' + encodeURIComponent($('search').value);
    const [{ requests }, scopes, state] = await Promise.all(['requests' + query, 'scopes', 'state'].map(path => ask(path).then(answer => answer.json())));
    $('trouble').textContent = '';
    $('portals').textContent = state.portals.map(p => `${p.name}: ${p.address}, ${p.tenSecondUsed} of ${p.tenSecondLimit} calls in ten seconds` + (p.dailyRemaining === undefined ? '' : `, ${p.dailyRemaining} left today`)).join('; ');
    $('calls').replaceChildren();
    for (const call of requests) {
      const row = document.createElement('tr');
      text(row, 'td', new Date(call.at).toLocaleTimeString());
      text(text(row, 'td', ''), 'button', `${call.method} ${call.path}`).onclick = () => details(call);
      text(row, 'td', call.status || 'none', call.status >= 200 && call.status < 400 ? '' : 'bad');
      text(row, 'td', call.cause).title = call.fix || '';
      text(row, 'td', call.tookMs);
      text(row, 'td', call.caller);
      $('calls').append(row);
    }
    $('least').textContent = scopes.least.join(', ') || 'nothing yet';
    $('missing').textContent = scopes.missing.map(m => `${m.method} ${m.path} (${m.anyOf.slice(0, 4).join(' or ')})`).join('; ') || 'none';
  } catch (failure) {
    $('trouble').textContent = failure.message;
  }
}

$('find').onsubmit = event => { event.preventDefault(); show(); };
$('clear').onclick = async () => { await ask('requests', 'DELETE'); show(); };
$('har').onclick = async () => {
  const file = await (await ask('har?search=' + encodeURIComponent($('search').value))).blob();
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: 'spoke-proxy.har' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
show();
