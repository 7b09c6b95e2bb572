using System;
using System.Net.Http;
using System.Net.Http.Headers;

var serviceKey = Environment.GetEnvironmentVariable("HUBSPOT_LOOP_TOKEN");
using var http = new HttpClient();
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", serviceKey);
using var answer = await http.GetAsync("https://api.hubapi.com/webhooks/v3/123456/subscriptions");
Console.WriteLine((int)answer.StatusCode);
