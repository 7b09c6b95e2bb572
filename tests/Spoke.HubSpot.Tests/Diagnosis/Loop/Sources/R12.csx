using System;
using System.Net.Http;
using System.Net.Http.Headers;

using var http = new HttpClient();
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("HUBSPOT_LOOP_TOKEN"));
using var answer = await http.GetAsync("https://api.hubapi.com/crm/v3/objects/contacts"));
Console.WriteLine((int)answer.StatusCode);
