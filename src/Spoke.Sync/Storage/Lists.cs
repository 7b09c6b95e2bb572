using System.Data;
using Dapper;

namespace Spoke.Sync.Storage;

/// <summary>
/// Lists as parameters: one parameter each, of which every database makes what it reads. By itself Dapper gives every value of a list a parameter of its own, and thereby a statement a text for each length.
/// </summary>
internal static class Lists
{
    public static void Register()
    {
        Add<string[]>();
        Add<List<string>>();
        Add<IReadOnlyList<string>>();
    }

    private static void Add<T>() where T : IEnumerable<string> => SqlMapper.AddTypeHandler(new Whole<T>());

    private sealed class Whole<T> : SqlMapper.TypeHandler<T> where T : IEnumerable<string>
    {
        public override void SetValue(IDbDataParameter parameter, T? value) => parameter.Value = value is List<string> or string[] ? value : value?.ToArray();

        public override T? Parse(object value) => throw new NotSupportedException("No column holds a list.");
    }
}
