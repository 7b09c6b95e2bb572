// Installs an app with HubSpot's own client and prints what it saw as one JSON line. Arguments: client id and secret.
const { Client } = require('@hubspot/api-client');

async function main() {
  const [clientId, clientSecret] = process.argv.slice(2);
  const basePath = process.env.HUBSPOT_BASE_URL;
  const redirect = 'http://localhost:3000/oauth-callback';
  const client = new Client({ basePath, numberOfApiCallRetries: 0 });
  const seen = {};

  // The client's link leads to HubSpot's own host; here the page is on the emulator's.
  const link = new URL(client.oauth.getAuthorizationUrl(clientId, redirect, 'oauth crm.objects.contacts.read', 'tickets', 'node'));
  const answer = await fetch(basePath + link.pathname + link.search, { redirect: 'manual' });
  const told = new URL(answer.headers.get('location')).searchParams;
  seen.state = told.get('state');

  const tokens = await client.oauth.tokensApi.create('authorization_code', told.get('code'), redirect, clientId, clientSecret);
  seen.expiresIn = tokens.expiresIn;
  client.setAccessToken(tokens.accessToken);
  seen.contacts = (await client.crm.contacts.basicApi.getPage()).results.length;
  const facts = await client.oauth.accessTokensApi.get(tokens.accessToken);
  seen.scopes = facts.scopes;
  seen.hub = facts.hubId;

  const again = await client.oauth.tokensApi.create('refresh_token', undefined, undefined, clientId, clientSecret, tokens.refreshToken);
  seen.sameRefreshToken = again.refreshToken === tokens.refreshToken;
  seen.client = (await client.oauth.refreshTokensApi.get(tokens.refreshToken)).clientId === clientId;
  await client.oauth.refreshTokensApi.archive(tokens.refreshToken);
  seen.refused = await client.oauth.tokensApi.create('refresh_token', undefined, undefined, clientId, clientSecret, tokens.refreshToken).catch(e => [e.code, e.body.status]);
  console.log(JSON.stringify(seen));
}

main().catch(error => { console.error(error); process.exit(1); });
