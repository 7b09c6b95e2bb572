using System;
using System.Net.Http;
using System.Net.Http.Headers;

var token = Environment.GetEnvironmentVariable("HUBSPOT_LOOP_TOKEN");
DotNetEnv.Env.Load();

using var http = new HttpClient();
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
using var answer = await http.GetAsync("https://api.hubapi.com/crm/v3/objects/contacts");
Console.WriteLine((int)answer.StatusCode);
