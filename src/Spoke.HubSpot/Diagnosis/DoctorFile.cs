namespace Spoke.HubSpot;

/// <summary>A file handed to the doctor.</summary>
/// <param name="Name">Its path as it is to be shown; the folders in it tell what a Bruno request inherits, and the ending helps to tell what it is.</param>
/// <param name="Content">Its bytes as they are.</param>
public sealed record DoctorFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>One of several requests, as <see cref="Diagnosis.Requests"/> lists them.</summary>
/// <param name="Number">From 1, in the order in which they stand or were sent.</param>
/// <param name="Name">Its name in the collection, or the file it stands in; null when it has none.</param>
/// <param name="Address">Without its query; secrets masked.</param>
/// <param name="Status">What was answered, as far as shown.</param>
/// <param name="Verdict">Of this request alone.</param>
/// <param name="Cause">Its best cause; null when none was found.</param>
public sealed record ExaminedRequest(int Number, string? Name, string Method, string Address, int? Status, Verdict Verdict, string? Cause);
