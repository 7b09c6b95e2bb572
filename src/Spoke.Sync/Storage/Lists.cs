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
        SqlMapper.AddTypeHandler(new Whole<string[]>());
        SqlMapper.AddTypeHandler(new Whole<List<string>>());
        SqlMapper.AddTypeHandler(new Whole<IReadOnlyList<string>>());
        SqlMapper.AddTypeHandler(new Whole<List<long>>());
        SqlMapper.AddTypeHandler(new Whole<long?[]>());
    }

    private sealed class Whole<T> : SqlMapper.TypeHandler<T>
    {
        public override void SetValue(IDbDataParameter parameter, T? value) => parameter.Value = value is IReadOnlyList<string> texts and not (string[] or List<string>) ? texts.ToArray() : value;

        public override T? Parse(object value) => throw new NotSupportedException("No column holds a list.");
    }
}
