using System.Text;

namespace Ferry.Cli.Tests.Shell;

/// <summary>Values that a shell would like to do something with; always the same ones.</summary>
internal static class HostileValues
{
    private const string Special = " \t\n\r\\\\''\"\"`$$!!*?[]{}~^#&;|<>()=%@:-ab\u007f\u001b";

    private static readonly string[] Texts =
    [
        "", " ", "-n", "--", "~", "~root", "=ls", "$HOME", "${HOME}", "$(id)", "`id`", "a;id", "!!", "!1", "a b", "a  b", "\n", "a\n", "\na",
        "a\n\nb", "a\r\nb", "\t", "a\\", "\\n", "\\\\", "'", "''", "'''", "\"", "a'b\"c", "$'a'", "%self", "{a,b}", "*", "a*", "[ab]", "#a", "a#",
        "(a)", "<a>", "&&", "||", "^a^b", "ü", "日本 語", "\u3000\u00a0\u2028", "\uf655\ue000", "\u202e", "😀", "a::b", ":", "/a:/b:", "a:~", "\\X41",
        "\\x41", "end", "e\u0301",
    ];

    public static IEnumerable<byte[]> All()
    {
        foreach (var text in Texts)
            yield return Encoding.UTF8.GetBytes(text);
        for (var b = 1; b < 256; b++)
        {
            yield return [(byte)b];
            yield return [(byte)'a', (byte)b, (byte)'b', (byte)b];
        }
        var random = new Random(20240229);
        for (var i = 0; i < 1000; i++)
        {
            var value = new byte[random.Next(60)];
            for (var j = 0; j < value.Length; j++)
                value[j] = (byte)(i % 2 == 0 ? Special[random.Next(Special.Length)] : random.Next(1, 256));
            yield return value;
        }
    }
}
