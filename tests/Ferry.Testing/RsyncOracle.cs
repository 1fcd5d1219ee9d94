namespace Ferry.Testing;

/// <summary>rsync as the judge of fidelity: contents, types, modes, owners, times, links, ACLs and extended attributes.</summary>
public static class RsyncOracle
{
    /// <summary>
    /// What rsync would still change to make <paramref name="target"/> equal to <paramref name="source"/>, one line each in
    /// the form of <c>--itemize-changes</c>; contents are compared by checksum. Empty if the trees are equal.
    /// </summary>
    /// <param name="extra">More options, such as <c>--exclude=*.lock</c>.</param>
    public static string[] Differences(string source, string target, params string[] extra) =>
        // A window of -1 compares nanoseconds; by default rsync looks at seconds only.
        Tool.Run("rsync",
            ["-aHAXn", "--checksum", "--modify-window=-1", "--delete", "--itemize-changes", .. extra, $"{source}/", $"{target}/"],
            new ToolOptions { Timeout = TimeSpan.FromMinutes(10) }).OrThrow().Lines;
}
