namespace Spoke.Sync.Connections.Templates;

/// <summary>A template went beyond what it may; the message has nothing of the record in it.</summary>
internal sealed class TemplateException(string message) : Exception(message);
