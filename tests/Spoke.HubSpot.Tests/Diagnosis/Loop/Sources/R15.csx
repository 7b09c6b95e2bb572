// A receiver that takes its own address for https, though it is called by http.
using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

var free = new TcpListener(IPAddress.Loopback, 0);
free.Start();
var port = ((IPEndPoint)free.LocalEndpoint).Port;
free.Stop();
using var listener = new HttpListener();
listener.Prefixes.Add($"http://127.0.0.1:{port}/");
listener.Start();
Console.WriteLine(port);

var call = await listener.GetContextAsync();
var body = await new StreamReader(call.Request.InputStream).ReadToEndAsync();
var signed = call.Request.HttpMethod + "https://" + call.Request.Headers["Host"] + call.Request.RawUrl + body + call.Request.Headers["X-HubSpot-Request-Timestamp"];
var wanted = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable("HUBSPOT_LOOP_TOKEN")), Encoding.UTF8.GetBytes(signed)));
call.Response.StatusCode = wanted == call.Request.Headers["X-HubSpot-Signature-v3"] ? 200 : 401;
var status = call.Response.StatusCode;
call.Response.Close();
Console.WriteLine(JsonSerializer.Serialize(new { method = call.Request.HttpMethod, path = call.Request.RawUrl, headers = call.Request.Headers.AllKeys.Select(name => new[] { name, call.Request.Headers[name] }), body, status }));
