// The platform's page: what the order says, one button, the way back to where the person came from (only to the portal that is known here).
const order = new URLSearchParams(location.search).get('order') ?? '';
const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'sanwang' };
const yuan = (cents) => (cents / 100).toFixed(2);
const part = (id) => document.getElementById(id);
async function look() {
  const o = await (await fetch(`api/orders/${encodeURIComponent(order)}`)).json();
  part('lines').replaceChildren(...(o.lines ?? []).map((l) => {
    const row = document.createElement('tr');
    for (const text of [l.zh, l.number, yuan(l.amount_cents)]) row.appendChild(document.createElement('td')).textContent = text;
    return row;
  }));
  part('sum').textContent = yuan((o.lines ?? []).reduce((n, l) => n + l.amount_cents, 0));
  const back = decodeURIComponent(location.hash.slice(1));
  if (o.portal && back.startsWith(o.portal)) part('back').href = back;
  part('pay').hidden = o.state !== 'open';
  if (o.state !== 'open') part('said').textContent = '已支付 Paid';
}
part('pay').addEventListener('click', async () => {
  part('pay').disabled = true;
  const reply = await fetch('api/pay', { method: 'POST', headers, body: JSON.stringify({ order }) });
  part('said').textContent = reply.ok ? '已支付 Paid' : '支付失败 Refused';
  part('pay').disabled = false;
  part('pay').hidden = reply.ok;
});
look();
