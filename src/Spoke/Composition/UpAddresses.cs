using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spoke.Emulator;

namespace Spoke.Composition;

/// <summary>Where everything listens, said to a person or to a program.</summary>
internal sealed record UpAddresses(Uri Console, Uri Shop, Uri Portal, DataFolder Folder)
{
    public string ForPeople() => $"""
        ready {Base(Console)}

          console   {Base(Console)}   what is going on
          shop      {Base(Shop)}   buy something: test card 4242 4242 4242 4242
          HubSpot   {Base(Portal)}   the emulated account
          data      {Folder.Path}

        HUBSPOT_BASE_URL={Base(Portal)} HUBSPOT_ACCESS_TOKEN={EmulatorServer.DefaultToken} spoke api GET "/crm/v3/objects/orders?limit=3"
        Ctrl-C stops; the next start continues.
        """;

    /// <summary>One line.</summary>
    public string ForPrograms()
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteBoolean("ready", true);
            json.WriteString("console", Base(Console));
            json.WriteString("shop", Base(Shop));
            json.WriteString("hubspot", Base(Portal));
            json.WriteString("token", "file:" + Folder.TokenFile);
            json.WriteString("data", Folder.Path);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(memory.ToArray());
    }

    private static string Base(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
