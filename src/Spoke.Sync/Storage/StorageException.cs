namespace Spoke.Sync.Storage;

/// <summary>The database cannot be used. The message says what happened, to which database, and what to do.</summary>
public sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner);
