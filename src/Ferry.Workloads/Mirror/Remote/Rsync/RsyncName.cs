using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>Names as rsync prints them in the C locale: what is not printable ASCII as <c>\#ooo</c>, and a backslash that could be mistaken too.</summary>
internal static class RsyncName
{
    /// <summary>The name as ferry prints it.</summary>
    public static string Display(string printed)
    {
        var name = new List<byte>(printed.Length);
        for (var i = 0; i < printed.Length; i++)
        {
            if (IsCode(printed.AsSpan(i)))
            {
                name.Add((byte)(((printed[i + 2] - '0') << 6) | ((printed[i + 3] - '0') << 3) | (printed[i + 4] - '0')));
                i += 4;
            }
            else
            {
                name.AddRange(Encoding.UTF8.GetBytes(printed, i, 1));
            }
        }

        return PathText.Display(name.ToArray());
    }

    private static bool IsCode(ReadOnlySpan<char> text) =>
        text.Length >= 5 && text.StartsWith("\\#") && text[2] is >= '0' and <= '3' && !text[3..5].ContainsAnyExceptInRange('0', '7');
}
