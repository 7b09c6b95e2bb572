using System;
using System.IO;

namespace DotNetEnv
{
    /// <summary>Stands in for the package of this name.</summary>
    public static class Env
    {
        public static void Load()
        {
            foreach (var line in File.ReadAllLines(".env"))
                if (line.Split('=', 2) is [var name, var value]) Environment.SetEnvironmentVariable(name, value);
        }
    }
}
