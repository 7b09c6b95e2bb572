// The header is right; the library drops it on every redirect.
using System;
using System.Net.Http;
using System.Net.Http.Headers;

using var http = new HttpClient();
using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.hubapi.com/crm/v3/objects/contacts");
request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("HUBSPOT_LOOP_TOKEN"));
using var answer = await http.SendAsync(request);
Console.WriteLine((int)answer.StatusCode);
