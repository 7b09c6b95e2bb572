using System.Text;

namespace Spoke.Sync.Connections.Templates;

/// <summary>Takes as much text as a property of HubSpot can.</summary>
internal sealed class BoundedText : TextWriter
{
    /// <summary>HubSpot's longest text.</summary>
    public const int Longest = 65_536;

    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value)
    {
        Fits(1);
        _text.Append(value);
    }

    public override void Write(string? value)
    {
        Fits(value?.Length ?? 0);
        _text.Append(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        Fits(count);
        _text.Append(buffer, index, count);
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        Fits(buffer.Length);
        _text.Append(buffer);
    }

    public override Task WriteAsync(char value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(char[] buffer, int index, int count)
    {
        Write(buffer, index, count);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return Task.CompletedTask;
    }

    public override string ToString() => _text.ToString();

    private void Fits(int more)
    {
        if (_text.Length + more > Longest) throw new TemplateException($"it makes more than {Longest} characters, the most HubSpot takes");
    }
}
